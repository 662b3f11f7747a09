"""Written by codegen from spec/; do not edit."""
