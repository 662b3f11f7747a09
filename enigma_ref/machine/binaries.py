"""provisional"""
def segment_sources(operands): raise RuntimeError
def segment_plan(module, operands): raise RuntimeError
def match_commands(module, operands): raise RuntimeError
