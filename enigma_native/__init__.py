"""The native engine: the semantics of spec/opcodes.yaml as machine code."""
