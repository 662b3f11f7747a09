; Maps: dictionaries of Python, and tries of immutables beyond 32 keys.

declare ptr @PyDict_Copy(ptr)
declare i32 @PyDict_SetItem(ptr, ptr, ptr)
declare i32 @PyDict_Contains(ptr, ptr)
declare i64 @PyDict_Size(ptr)

; Whether a term is its own key in a dictionary (see keys.guard_key): with few terms inside, not
; deep, and without maps and funs. @budget counts the terms.
define internal i1 @is_key(i64 %k) alwaysinline {
  %small = trunc i64 %k to i1
  %atom = call i1 @is_of(i64 %k, i64 $T_Atom)
  %quick = or i1 %small, %atom
  br i1 %quick, label %yes, label %look
yes:
  ret i1 true
look:
  %r = call i1 @is_compound_key(i64 %k)
  ret i1 %r
}
define internal i1 @is_compound_key(i64 %k) noinline {
  %budget = alloca i64
  store i64 500, ptr %budget
  %r = call i1 @is_key_to(i64 %k, i64 8, ptr %budget)
  ret i1 %r
}
define internal i1 @is_key_to(i64 %k0, i64 %depth, ptr %budget) {
entry:
  br label %start
start:
  %k = phi i64 [ %k0, %entry ], [ %rest, %tail ]
  %b = load i64, ptr %budget
  %b1 = sub i64 %b, 1
  store i64 %b1, ptr %budget
  %out = icmp slt i64 %b1, 0
  br i1 %out, label %no, label %look
look:
  %small = trunc i64 %k to i1
  br i1 %small, label %yes, label %object
yes:
  ret i1 true
no:
  ret i1 false
object:
  %t = call i64 @slot(i64 %k, i64 8)
  %t1 = icmp eq i64 %t, $T_Atom
  %t2 = icmp eq i64 %t, $T_int
  %t3 = icmp eq i64 %t, $T_Float
  %t4 = icmp eq i64 %t, $T_Bitstring
  %t5 = icmp eq i64 %t, $T_Pid
  %t6 = icmp eq i64 %t, $T_Reference
  %t7 = icmp eq i64 %k, $O_NIL
  %u1 = or i1 %t1, %t2
  %u2 = or i1 %t3, %t4
  %u3 = or i1 %t5, %t6
  %u4 = or i1 %u1, %u2
  %u5 = or i1 %u3, %t7
  %flat = or i1 %u4, %u5
  br i1 %flat, label %yes, label %compound
compound:
  %bottom = icmp eq i64 %depth, 0
  br i1 %bottom, label %no, label %kinds
kinds:
  %deeper = sub i64 %depth, 1
  %tuple = icmp eq i64 %t, $T_tuple
  br i1 %tuple, label %elements, label %maybe_cons
maybe_cons:
  %cons = icmp eq i64 %t, $T_Cons
  br i1 %cons, label %head, label %no
head:
  %h = call i64 @slot(i64 %k, i64 $CONS_HEAD)
  %hk = call i1 @is_key_to(i64 %h, i64 %deeper, ptr %budget)
  br i1 %hk, label %tail, label %no
tail:
  %rest = call i64 @slot(i64 %k, i64 $CONS_TAIL)
  br label %start
elements:
  %n = call i64 @slot(i64 %k, i64 16)
  br label %next
next:
  %i = phi i64 [ 0, %elements ], [ %i1, %element ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %yes, label %element
element:
  %e = call i64 @borrow_tuple_get(i64 %k, i64 %i)
  %ek = call i1 @is_key_to(i64 %e, i64 %deeper, ptr %budget)
  %i1 = add i64 %i, 1
  br i1 %ek, label %next, label %no
}

; What a table has under a key, None when nothing; a new reference; 0 to give up. The key is an object.
define internal i64 @look_up(i64 %table, i64 %key) {
  %dict = call i1 @is_of(i64 %table, i64 $T_dict)
  br i1 %dict, label %look, label %trie
look:
  %kp = inttoptr i64 %key to ptr
  %tp = inttoptr i64 %table to ptr
  %v = call ptr @PyDict_GetItemWithError(ptr %tp, ptr %kp)
  %none = icmp eq ptr %v, null
  br i1 %none, label %absent, label %there
absent:
  %failed = call ptr @PyErr_Occurred()
  %fine = icmp eq ptr %failed, null
  br i1 %fine, label %none_there, label %forget
none_there:
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
forget:
  call void @PyErr_Clear()
  ret i64 0
there:
  %w = ptrtoint ptr %v to i64
  call void @incref_o(i64 %w)
  ret i64 %w
trie:
  %a = alloca [4 x i64]
  %a1 = getelementptr i64, ptr %a, i64 1
  %a2 = getelementptr i64, ptr %a, i64 2
  store i64 %table, ptr %a1
  store i64 %key, ptr %a2
  %f = inttoptr i64 $F_trie_get to ptr
  %r = call ptr @PyObject_Vectorcall(ptr %f, ptr %a1, i64 -9223372036854775806, ptr null)
  %bad = icmp eq ptr %r, null
  br i1 %bad, label %forget, label %found
found:
  %rw = ptrtoint ptr %r to i64
  ret i64 %rw
}

; The value of a key in a map; None when there is none. Both are new references.
define internal i64 @prim_map_find(i64 %m, i64 %k) noinline {
  %ok = call i1 @is_key(i64 %k)
  br i1 %ok, label %look, label %no
look:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %key = call i64 @box(i64 %k)
  %v = call i64 @look_up(i64 %table, i64 %key)
  call void @decref_o(i64 %key)
  ret i64 %v
no:
  ret i64 0
}
define internal i64 @prim_map_get(i64 %k, i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %look, label %no
look:
  %v = call i64 @prim_map_find(i64 %m, i64 %k)
  %none = icmp eq i64 %v, $O_None
  br i1 %none, label %missing, label %found
missing:
  call void @decref_o(i64 %v)
  br label %no
found:
  ret i64 %v
no:
  ret i64 0
}
define internal i64 @prim_map_is_key(i64 %k, i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %look, label %no
look:
  %v = call i64 @prim_map_find(i64 %m, i64 %k)
  %given_up = icmp eq i64 %v, 0
  br i1 %given_up, label %no, label %found
found:
  %none = icmp eq i64 %v, $O_None
  call void @decref_o(i64 %v)
  %r = select i1 %none, i64 $O_FALSE, i64 $O_TRUE
  call void @incref_o(i64 %r)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @prim_map_size(i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %look, label %no
look:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %dict = call i1 @is_of(i64 %table, i64 $T_dict)
  br i1 %dict, label %size, label %no
size:
  %tp = inttoptr i64 %table to ptr
  %n = call i64 @PyDict_Size(ptr %tp)
  %s = shl i64 %n, 1
  %r = or i64 %s, 1
  ret i64 %r
no:
  ret i64 0
}

; A map object for a table, whose reference it takes over; its keys are in the order `sorted`.
define internal i64 @new_map(i64 %table, i64 %sorted) {
  %q = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Map to ptr), i64 0)
  call void @PyObject_GC_UnTrack(ptr %q)
  %ta = getelementptr i8, ptr %q, i64 $MAP_TABLE
  store i64 %table, ptr %ta
  %sa = getelementptr i8, ptr %q, i64 $MAP_SORTED
  call void @incref_o(i64 %sorted)
  store i64 %sorted, ptr %sa
  %ha = getelementptr i8, ptr %q, i64 $MAP_HASH
  call void @incref_o(i64 $O_None)
  store i64 $O_None, ptr %ha
  %ea = getelementptr i8, ptr %q, i64 $MAP_SETTLED
  call void @incref_o(i64 $O_False)
  store i64 $O_False, ptr %ea
  %r = ptrtoint ptr %q to i64
  ret i64 %r
}

; A map with pairs put in: `pairs` leads to keys and values in turn, which are objects. With
; `present`, gives up unless all keys are there.
define internal i64 @put_pairs(i64 %m, ptr %pairs, i64 %count, i1 %present) {
entry:
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %keys, label %no
keys:
  %j = phi i64 [ 0, %entry ], [ %j2, %key ]
  %all = icmp uge i64 %j, %count
  br i1 %all, label %tables, label %key
key:
  %ja = getelementptr i64, ptr %pairs, i64 %j
  %jk = load i64, ptr %ja
  %ok = call i1 @is_key(i64 %jk)
  %j2 = add i64 %j, 2
  br i1 %ok, label %keys, label %no
tables:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %dict = call i1 @is_of(i64 %table, i64 $T_dict)
  br i1 %dict, label %copy, label %trie
copy:
  %tp = inttoptr i64 %table to ptr
  %new = call ptr @PyDict_Copy(ptr %tp)
  br label %next
next:
  %i = phi i64 [ 0, %copy ], [ %i2, %stored ]
  %end = icmp uge i64 %i, %count
  br i1 %end, label %sizes, label %pair
pair:
  %ka = getelementptr i64, ptr %pairs, i64 %i
  %k = load ptr, ptr %ka
  %i1 = add i64 %i, 1
  %va = getelementptr i64, ptr %pairs, i64 %i1
  %v = load ptr, ptr %va
  br i1 %present, label %check, label %put
check:
  %c = call i32 @PyDict_Contains(ptr %new, ptr %k)
  %is = icmp eq i32 %c, 1
  br i1 %is, label %put, label %give_up
put:
  %s = call i32 @PyDict_SetItem(ptr %new, ptr %k, ptr %v)
  %failed = icmp slt i32 %s, 0
  br i1 %failed, label %give_up, label %stored
stored:
  %i2 = add i64 %i, 2
  br label %next
give_up:
  call void @PyErr_Clear()
  br label %release
release:
  %newr = ptrtoint ptr %new to i64
  call void @decref_o(i64 %newr)
  br label %no
sizes:
  %n = call i64 @PyDict_Size(ptr %new)
  %large = icmp ugt i64 %n, $MAX_SMALL
  br i1 %large, label %release, label %made
made:
  %before = call i64 @PyDict_Size(ptr %tp)
  %same = icmp eq i64 %before, %n
  %old_order = call i64 @slot(i64 %m, i64 $MAP_SORTED)
  %sorted = select i1 %same, i64 %old_order, i64 $O_None
  %neww = ptrtoint ptr %new to i64
  %r = call i64 @new_map(i64 %neww, i64 %sorted)
  ret i64 %r
trie:
  br i1 %present, label %no, label %change
change:
  call void @incref_o(i64 %table)
  %a = alloca [4 x i64]
  br label %next2
next2:
  %q = phi i64 [ 0, %change ], [ %q2, %changed ]
  %t = phi i64 [ %table, %change ], [ %t2, %changed ]
  %end2 = icmp uge i64 %q, %count
  br i1 %end2, label %made2, label %pair2
pair2:
  %qka = getelementptr i64, ptr %pairs, i64 %q
  %qk = load i64, ptr %qka
  %q1 = add i64 %q, 1
  %qva = getelementptr i64, ptr %pairs, i64 %q1
  %qv = load i64, ptr %qva
  %a1 = getelementptr i64, ptr %a, i64 1
  %a2 = getelementptr i64, ptr %a, i64 2
  %a3 = getelementptr i64, ptr %a, i64 3
  store i64 %t, ptr %a1
  store i64 %qk, ptr %a2
  store i64 %qv, ptr %a3
  %f = inttoptr i64 $F_trie_set to ptr
  %set = call ptr @PyObject_Vectorcall(ptr %f, ptr %a1, i64 -9223372036854775805, ptr null)
  call void @decref_o(i64 %t)
  %t2 = ptrtoint ptr %set to i64
  %bad = icmp eq ptr %set, null
  %q2 = add i64 %q, 2
  br i1 %bad, label %forget, label %changed
changed:
  br label %next2
forget:
  call void @PyErr_Clear()
  br label %no
made2:
  %r2 = call i64 @new_map(i64 %t, i64 $O_None)
  ret i64 %r2
no:
  ret i64 0
}
define internal i64 @prim_map_put(i64 %m, i64 %kv) {
  %n = call i64 @slot(i64 %kv, i64 16)
  %p = inttoptr i64 %kv to ptr
  %items = getelementptr i8, ptr %p, i64 24
  %r = call i64 @put_pairs(i64 %m, ptr %items, i64 %n, i1 false)
  ret i64 %r
}
define internal i64 @prim_map_update(i64 %m, i64 %kv) {
  %n = call i64 @slot(i64 %kv, i64 16)
  %p = inttoptr i64 %kv to ptr
  %items = getelementptr i8, ptr %p, i64 24
  %r = call i64 @put_pairs(i64 %m, ptr %items, i64 %n, i1 true)
  ret i64 %r
}
define internal i64 @put_one(i64 %k, i64 %v, i64 %m, i1 %present) {
  %pair = alloca [2 x i64]
  %ko = call i64 @box(i64 %k)
  %vo = call i64 @box(i64 %v)
  store i64 %ko, ptr %pair
  %second = getelementptr i64, ptr %pair, i64 1
  store i64 %vo, ptr %second
  %r = call i64 @put_pairs(i64 %m, ptr %pair, i64 2, i1 %present)
  call void @decref_o(i64 %ko)
  call void @decref_o(i64 %vo)
  ret i64 %r
}
define internal i64 @prim_bif_maps_put_3(i64 %k, i64 %v, i64 %m) {
  %r = call i64 @put_one(i64 %k, i64 %v, i64 %m, i1 false)
  ret i64 %r
}
define internal i64 @prim_bif_maps_update_3(i64 %k, i64 %v, i64 %m) {
  %r = call i64 @put_one(i64 %k, i64 %v, i64 %m, i1 true)
  ret i64 %r
}
define internal i64 @prim_bif_maps_find_2(i64 %k, i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %look, label %no
look:
  %v = call i64 @prim_map_find(i64 %m, i64 %k)
  %given_up = icmp eq i64 %v, 0
  br i1 %given_up, label %no, label %found
found:
  %none = icmp eq i64 %v, $O_None
  br i1 %none, label %missing, label %there
missing:
  call void @decref_o(i64 %v)
  call void @incref_o(i64 $A_error)
  ret i64 $A_error
there:
  %t = call ptr @PyTuple_New(i64 2)
  %e0 = getelementptr i8, ptr %t, i64 24
  %e1 = getelementptr i8, ptr %t, i64 32
  call void @incref_o(i64 $A_ok)
  store i64 $A_ok, ptr %e0
  store i64 %v, ptr %e1
  %r = ptrtoint ptr %t to i64
  ret i64 %r
no:
  ret i64 0
}
