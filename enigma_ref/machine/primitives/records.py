"""provisional"""
def is_record_accessible(*a): raise RuntimeError("is_record_accessible")
def put_record(*a): raise RuntimeError("put_record")
def record_field(*a): raise RuntimeError("record_field")
def record_find(*a): raise RuntimeError("record_find")
