"""Random programs for a long time in one process, whose memory is watched."""
