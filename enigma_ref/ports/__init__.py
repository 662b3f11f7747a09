"""Ports: files and programs of the operating system that processes exchange bytes with."""
