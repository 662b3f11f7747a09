"""The reference engine and the native one beside each other, instruction by instruction."""
