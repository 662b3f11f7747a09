; Tuples, funs, and sizes of binaries.

; A copy of a tuple.
define internal ptr @copy_tuple(i64 %t) noinline {
entry:
  %n = call i64 @slot(i64 %t, i64 16)
  %new_raw = call ptr @PyTuple_New(i64 %n)
  %new = call ptr @there(ptr %new_raw)
  %items = getelementptr i8, ptr %new, i64 24
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %e = call i64 @borrow_tuple_get(i64 %t, i64 %i)
  call void @incref_o(i64 %e)
  %a = getelementptr i64, ptr %items, i64 %i
  store i64 %e, ptr %a
  %i1 = add i64 %i, 1
  br label %next
done:
  ret ptr %new
}
define internal void @replace_item(ptr %t, i64 %i, i64 %v) alwaysinline {
  %items = getelementptr i8, ptr %t, i64 24
  %a = getelementptr i64, ptr %items, i64 %i
  %old = load i64, ptr %a
  %b = call i64 @box(i64 %v)
  store i64 %b, ptr %a
  call void @decref_o(i64 %old)
  ret void
}
define internal i64 @new_tuple_set(i64 %t, i64 %i, i64 %v) noinline {
  %new = call ptr @copy_tuple(i64 %t)
  call void @replace_item(ptr %new, i64 %i, i64 %v)
  %r = ptrtoint ptr %new to i64
  ret i64 %r
}
define internal i64 @new_update_record(i64 %t, i64 %updates) noinline {
entry:
  %new = call ptr @copy_tuple(i64 %t)
  %n = call i64 @slot(i64 %updates, i64 16)
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i2, %one ]
  %end = icmp uge i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %p = call i64 @borrow_tuple_get(i64 %updates, i64 %i)
  %i1 = add i64 %i, 1
  %v = call i64 @borrow_tuple_get(i64 %updates, i64 %i1)
  %w = call i64 @normal(i64 %p)
  %position = ashr i64 %w, 1
  %at = sub i64 %position, 1
  call void @replace_item(ptr %new, i64 %at, i64 %v)
  %i2 = add i64 %i, 2
  br label %next
done:
  %r = ptrtoint ptr %new to i64
  ret i64 %r
}
define internal i64 @prim_bif_erlang_setelement_3(ptr %p, i64 %n0, i64 %t, i64 %v) noinline {
  %n = call i64 @normal(i64 %n0)
  %small = trunc i64 %n to i1
  %tuple = call i1 @is_of(i64 %t, i64 $T_tuple)
  %ok = and i1 %small, %tuple
  br i1 %ok, label %range, label %no
range:
  %i0 = ashr i64 %n, 1
  %i = sub i64 %i0, 1
  %size = call i64 @slot(i64 %t, i64 16)
  %in = icmp ult i64 %i, %size
  br i1 %in, label %yes, label %no
yes:
  %elements = udiv i64 %size, $COPIED
  call void @charge(ptr %p, i64 %elements)
  %r = call i64 @new_tuple_set(i64 %t, i64 %i, i64 %v)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @prim_bif_erlang_tuple_to_list_1(ptr %p, i64 %t) noinline {
entry:
  %tuple = call i1 @is_of(i64 %t, i64 $T_tuple)
  br i1 %tuple, label %start, label %no
start:
  %n = call i64 @slot(i64 %t, i64 16)
  call void @charge(ptr %p, i64 %n)
  call void @incref_o(i64 $O_NIL)
  br label %next
next:
  %i = phi i64 [ %n, %start ], [ %i1, %one ]
  %l = phi i64 [ $O_NIL, %start ], [ %l1, %one ]
  %end = icmp eq i64 %i, 0
  br i1 %end, label %done, label %one
one:
  %i1 = sub i64 %i, 1
  %e = call i64 @borrow_tuple_get(i64 %t, i64 %i1)
  %l1 = call i64 @new_cons(i64 %e, i64 %l)
  call void @decref_o(i64 %l)
  br label %next
done:
  ret i64 %l
no:
  ret i64 0
}

; ---------------------------------------------------------------- funs

define internal i8 @prim_is_function2(i64 %f, i64 %n) noinline {
  %fun = call i1 @is_of(i64 %f, i64 $T_Fun)
  br i1 %fun, label %local, label %other
local:
  %a = call i64 @slot(i64 %f, i64 $FUN_ARITY)
  br label %compare
other:
  %external = call i1 @is_of(i64 %f, i64 $T_ExternalFun)
  br i1 %external, label %exported, label %no
exported:
  %b = call i64 @slot(i64 %f, i64 $EXTERNAL_ARITY)
  br label %compare
compare:
  %c = phi i64 [ %a, %local ], [ %b, %exported ]
  %arity = call i64 @normal(i64 %c)
  %wanted = call i64 @normal(i64 %n)
  %e = icmp eq i64 %arity, %wanted
  %r = zext i1 %e to i8
  ret i8 %r
no:
  ret i8 0
}
define internal i64 @process_slot(ptr %p, i64 %offset) {
  %pa = getelementptr i64, ptr %p, i64 $PROCESS
  %process = load i64, ptr %pa
  %r = call i64 @slot(i64 %process, i64 %offset)
  ret i64 %r
}
define internal i64 @borrow_self(ptr %p) {
  %r = call i64 @process_slot(ptr %p, i64 $PROCESS_PID)
  ret i64 %r
}
; Takes over the reference of the value.
define internal void @fill(ptr %o, i64 %offset, i64 %v) alwaysinline {
  %a = getelementptr i8, ptr %o, i64 %offset
  call void @incref_o(i64 %v)
  store i64 %v, ptr %a
  ret void
}
define internal i64 @new_make_fun(ptr %p, i64 %l, i64 %free) noinline {
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Fun to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
  call void @PyObject_GC_UnTrack(ptr %q)
  %module = call i64 @slot(i64 %l, i64 $LAMBDA_MODULE)
  call void @fill(ptr %q, i64 $FUN_MODULE, i64 %module)
  %name = call i64 @slot(i64 %l, i64 $LAMBDA_NAME)
  call void @fill(ptr %q, i64 $FUN_NAME, i64 %name)
  %arity = call i64 @slot(i64 %l, i64 $LAMBDA_ARITY)
  call void @fill(ptr %q, i64 $FUN_ARITY, i64 %arity)
  %index = call i64 @slot(i64 %l, i64 $LAMBDA_INDEX)
  call void @fill(ptr %q, i64 $FUN_INDEX, i64 %index)
  %uniq = call i64 @slot(i64 %l, i64 $LAMBDA_UNIQ)
  call void @fill(ptr %q, i64 $FUN_UNIQ, i64 %uniq)
  %unique = call i64 @slot(i64 %l, i64 $LAMBDA_UNIQUE)
  call void @fill(ptr %q, i64 $FUN_UNIQUE, i64 %unique)
  call void @fill(ptr %q, i64 $FUN_ENV, i64 %free)
  %pid = call i64 @process_slot(ptr %p, i64 $PROCESS_PID)
  call void @fill(ptr %q, i64 $FUN_CREATOR, i64 %pid)
  call void @fill(ptr %q, i64 $FUN_ENTRY, i64 %l)
  %r = ptrtoint ptr %q to i64
  ret i64 %r
}

; ---------------------------------------------------------------- sizes

define internal i64 @prim_bit_size(i64 %b) {
  %is = call i1 @is_of(i64 %b, i64 $T_Bitstring)
  br i1 %is, label %size, label %no
size:
  %s = call i64 @slot(i64 %b, i64 $BITS_SIZE)
  %n = call i64 @normal(i64 %s)
  %small = trunc i64 %n to i1
  %r = select i1 %small, i64 %n, i64 0
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @prim_byte_size(i64 %b) {
  %bits = call i64 @prim_bit_size(i64 %b)
  %given_up = icmp eq i64 %bits, 0
  br i1 %given_up, label %no, label %yes
yes:
  %v = ashr i64 %bits, 1
  %up = add i64 %v, 7
  %bytes = lshr i64 %up, 3
  %s = shl i64 %bytes, 1
  %r = or i64 %s, 1
  ret i64 %r
no:
  ret i64 0
}

; ---------------------------------------------------------------- what fails for certain

define internal i1 @fails_tuple_size(i64 %t) {
  %tuple = call i1 @is_of(i64 %t, i64 $T_tuple)
  %r = xor i1 %tuple, true
  ret i1 %r
}
define internal i1 @fails_element(i64 %n0, i64 %t) {
  %tuple = call i1 @is_of(i64 %t, i64 $T_tuple)
  br i1 %tuple, label %look, label %yes
look:
  ; the lowering has looked at the size
  %n = call i64 @normal(i64 %n0)
  %small = trunc i64 %n to i1
  ret i1 %small
yes:
  ret i1 true
}
define internal i1 @fails_head(i64 %l) {
  %cons = call i1 @is_of(i64 %l, i64 $T_Cons)
  %r = xor i1 %cons, true
  ret i1 %r
}
define internal i1 @fails_tail(i64 %l) {
  %cons = call i1 @is_of(i64 %l, i64 $T_Cons)
  %r = xor i1 %cons, true
  ret i1 %r
}
define internal i1 @fails_length(i64 %l) {
  %list = call i1 @prim_is_list(i64 %l)
  %r = xor i1 %list, true
  ret i1 %r
}
define internal i1 @fails_byte_size(i64 %b) {
  %bits = call i1 @is_of(i64 %b, i64 $T_Bitstring)
  %r = xor i1 %bits, true
  ret i1 %r
}
define internal i1 @fails_bit_size(i64 %b) {
  %bits = call i1 @is_of(i64 %b, i64 $T_Bitstring)
  %r = xor i1 %bits, true
  ret i1 %r
}
