"""What makes many processes one system: scheduler, timers, registry."""
