; Maps: dictionaries of Python, and tries of immutables beyond 32 keys.

declare ptr @PyDict_Copy(ptr)
declare i32 @PyDict_SetItem(ptr, ptr, ptr)
declare i32 @PyDict_Contains(ptr, ptr)
declare i64 @PyDict_Size(ptr)
declare i32 @PyDict_DelItem(ptr, ptr)
declare i32 @PyDict_Merge(ptr, ptr, i32)
declare i32 @PyDict_Next(ptr, ptr, ptr, ptr)
declare ptr @PyDict_New()
declare ptr @PyList_New(i64)

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
define internal i64 @look_up(i64 %table, i64 %key) noinline {
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
define internal i64 @prim_map_get(i64 %k, i64 %m) noinline {
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
define internal i64 @prim_map_is_key(i64 %k, i64 %m) noinline {
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
define internal i64 @new_map(i64 %table, i64 %sorted) noinline {
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Map to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
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

; A map for a dictionary, whose reference it takes over: a trie when it is large.
define internal i64 @map_of_dict(ptr %d, i64 %sorted) noinline {
  %n = call i64 @PyDict_Size(ptr %d)
  %w = ptrtoint ptr %d to i64
  %large = icmp ugt i64 %n, $MAX_SMALL
  br i1 %large, label %trie, label %small
small:
  %r = call i64 @new_map(i64 %w, i64 %sorted)
  ret i64 %r
trie:
  %a = alloca [2 x i64]
  %a1 = getelementptr i64, ptr %a, i64 1
  store i64 %w, ptr %a1
  %f = inttoptr i64 $F_trie to ptr
  %t = call ptr @PyObject_Vectorcall(ptr %f, ptr %a1, i64 -9223372036854775807, ptr null)
  call void @decref_o(i64 %w)
  %tw = ptrtoint ptr %t to i64
  %bad = icmp eq ptr %t, null
  br i1 %bad, label %no, label %made
made:
  %m = call i64 @new_map(i64 %tw, i64 $O_None)
  ret i64 %m
no:
  call void @PyErr_Clear()
  ret i64 0
}

; A map with pairs put in: `pairs` leads to keys and values in turn, which are objects. With
; `present`, gives up unless all keys are there.
define internal i64 @put_pairs(i64 %m, ptr %pairs, i64 %count, i1 %present) noinline {
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
  %tp = inttoptr i64 %table to ptr
  br label %compare
compare:
  %h = phi i64 [ 0, %tables ], [ %h2, %equal ]
  %unchanged = icmp uge i64 %h, %count
  br i1 %unchanged, label %same_map, label %compare_pair
compare_pair:
  %ha = getelementptr i64, ptr %pairs, i64 %h
  %hk = load i64, ptr %ha
  %h1 = add i64 %h, 1
  %hva = getelementptr i64, ptr %pairs, i64 %h1
  %hv = load i64, ptr %hva
  %has = call i64 @look_up(i64 %table, i64 %hk)
  %h2 = add i64 %h, 2
  %error0 = icmp eq i64 %has, 0
  br i1 %error0, label %no, label %compared
compared:
  ; the same object, or the same small integer
  %has_word = call i64 @normal(i64 %has)
  %word = call i64 @normal(i64 %hv)
  %is_value = icmp eq i64 %has_word, %word
  call void @decref_o(i64 %has)
  br i1 %is_value, label %equal, label %changes
equal:
  br label %compare
same_map:
  call void @incref_o(i64 %m)
  ret i64 %m
changes:
  br i1 %dict, label %copy, label %trie
copy:
  %new_raw = call ptr @PyDict_Copy(ptr %tp)
  %new = call ptr @there(ptr %new_raw)
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
  %newr = ptrtoint ptr %new to i64
  call void @decref_o(i64 %newr)
  br label %no
sizes:
  %n = call i64 @PyDict_Size(ptr %new)
  %before = call i64 @PyDict_Size(ptr %tp)
  %same = icmp eq i64 %before, %n
  %old_order = call i64 @slot(i64 %m, i64 $MAP_SORTED)
  %sorted = select i1 %same, i64 %old_order, i64 $O_None
  %r = call i64 @map_of_dict(ptr %new, i64 %sorted)
  ret i64 %r
trie:
  call void @incref_o(i64 %table)
  %a = alloca [4 x i64]
  br label %next2
next2:
  %q = phi i64 [ 0, %trie ], [ %q2, %changed ]
  %t = phi i64 [ %table, %trie ], [ %t2, %changed ]
  %end2 = icmp uge i64 %q, %count
  br i1 %end2, label %made2, label %pair2
pair2:
  %qka = getelementptr i64, ptr %pairs, i64 %q
  %qk = load i64, ptr %qka
  %q1 = add i64 %q, 1
  %qva = getelementptr i64, ptr %pairs, i64 %q1
  %qv = load i64, ptr %qva
  br i1 %present, label %check2, label %put2
check2:
  %old = call i64 @look_up(i64 %table, i64 %qk)
  %missing = icmp eq i64 %old, $O_None
  %error = icmp eq i64 %old, 0
  %not_there = or i1 %missing, %error
  br i1 %error, label %absent, label %release_old
release_old:
  call void @decref_o(i64 %old)
  br i1 %not_there, label %absent, label %put2
absent:
  call void @decref_o(i64 %t)
  br label %no
put2:
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
define internal i64 @prim_map_put(i64 %m, i64 %kv) noinline {
  %n = call i64 @slot(i64 %kv, i64 16)
  %p = inttoptr i64 %kv to ptr
  %items = getelementptr i8, ptr %p, i64 24
  %r = call i64 @put_pairs(i64 %m, ptr %items, i64 %n, i1 false)
  ret i64 %r
}
define internal i64 @prim_map_update(i64 %m, i64 %kv) noinline {
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
define internal i64 @prim_bif_maps_put_3(i64 %k, i64 %v, i64 %m) noinline {
  %r = call i64 @put_one(i64 %k, i64 %v, i64 %m, i1 false)
  ret i64 %r
}
define internal i64 @prim_bif_maps_update_3(i64 %k, i64 %v, i64 %m) noinline {
  %r = call i64 @put_one(i64 %k, i64 %v, i64 %m, i1 true)
  ret i64 %r
}
define internal i64 @prim_bif_maps_find_2(i64 %k, i64 %m) noinline {
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
  %t_raw = call ptr @PyTuple_New(i64 2)
  %t = call ptr @there(ptr %t_raw)
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

define internal i64 @prim_bif_maps_remove_2(i64 %k, i64 %m) noinline {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  %key = call i1 @is_key(i64 %k)
  %ok = and i1 %map, %key
  br i1 %ok, label %look, label %no
look:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %dict = call i1 @is_of(i64 %table, i64 $T_dict)
  br i1 %dict, label %find, label %no
find:
  %ko = call i64 @box(i64 %k)
  %kp = inttoptr i64 %ko to ptr
  %tp = inttoptr i64 %table to ptr
  %c = call i32 @PyDict_Contains(ptr %tp, ptr %kp)
  %there = icmp eq i32 %c, 1
  br i1 %there, label %copy, label %not_there
copy:
  %new_raw = call ptr @PyDict_Copy(ptr %tp)
  %new = call ptr @there(ptr %new_raw)
  %d = call i32 @PyDict_DelItem(ptr %new, ptr %kp)
  call void @decref_o(i64 %ko)
  %neww = ptrtoint ptr %new to i64
  %r = call i64 @new_map(i64 %neww, i64 $O_None)
  ret i64 %r
not_there:
  call void @decref_o(i64 %ko)
  %absent = icmp eq i32 %c, 0
  br i1 %absent, label %same, label %failed
same:
  call void @incref_o(i64 %m)
  ret i64 %m
failed:
  call void @PyErr_Clear()
  br label %no
no:
  ret i64 0
}

define internal i64 @prim_bif_maps_merge_2(ptr %p, i64 %a, i64 %b) noinline {
  %ma = call i1 @is_of(i64 %a, i64 $T_Map)
  %mb = call i1 @is_of(i64 %b, i64 $T_Map)
  %maps = and i1 %ma, %mb
  br i1 %maps, label %tables, label %no
tables:
  %ta = call i64 @slot(i64 %a, i64 $MAP_TABLE)
  %tb = call i64 @slot(i64 %b, i64 $MAP_TABLE)
  %da = call i1 @is_of(i64 %ta, i64 $T_dict)
  %db = call i1 @is_of(i64 %tb, i64 $T_dict)
  %dicts = and i1 %da, %db
  br i1 %dicts, label %sizes, label %no
sizes:
  %pa = inttoptr i64 %ta to ptr
  %pb = inttoptr i64 %tb to ptr
  %na = call i64 @PyDict_Size(ptr %pa)
  %nb = call i64 @PyDict_Size(ptr %pb)
  %b_empty = icmp eq i64 %nb, 0
  br i1 %b_empty, label %left, label %check_a
left:
  call void @incref_o(i64 %a)
  ret i64 %a
check_a:
  %a_empty = icmp eq i64 %na, 0
  br i1 %a_empty, label %right, label %both
right:
  call void @incref_o(i64 %b)
  ret i64 %b
redundant:
  %new_o = ptrtoint ptr %new to i64
  call void @decref_o(i64 %new_o)
  br label %right
both:
  %pairs = add i64 %na, %nb
  call void @charge(ptr %p, i64 %pairs)
  %new_raw = call ptr @PyDict_Copy(ptr %pb)
  %new = call ptr @there(ptr %new_raw)
  %s = call i32 @PyDict_Merge(ptr %new, ptr %pa, i32 0)
  %bad = icmp slt i32 %s, 0
  br i1 %bad, label %give_up, label %made
made:
  %nn = call i64 @PyDict_Size(ptr %new)
  %only_b = icmp eq i64 %nn, %nb
  br i1 %only_b, label %redundant, label %keep
keep:
  %r = call i64 @map_of_dict(ptr %new, i64 $O_None)
  ret i64 %r
give_up:
  call void @PyErr_Clear()
  %neww = ptrtoint ptr %new to i64
  call void @decref_o(i64 %neww)
  br label %no
no:
  ret i64 0
}

; Keys from a list with one value, or with `pairs` from a list of pairs. Longer lists are for Python,
; where others may get their turn after each part.
define internal i64 @map_from(i64 %list, i64 %value, i1 %pairs) noinline {
entry:
  %n = call i64 @short_length(i64 %list)
  %one_part = icmp ult i64 %n, $MAP_PART
  br i1 %one_part, label %start, label %no
start:
  %new_raw = call ptr @PyDict_New()
  %new = call ptr @there(ptr %new_raw)
  br label %next
next:
  %l = phi i64 [ %list, %start ], [ %l1, %stored ]
  %end = icmp eq i64 %l, $O_NIL
  br i1 %end, label %made, label %cell
cell:
  %h = call i64 @slot(i64 %l, i64 $CONS_HEAD)
  br i1 %pairs, label %pair, label %put
pair:
  %tuple = call i1 @is_of(i64 %h, i64 $T_tuple)
  br i1 %tuple, label %sized, label %give_up
sized:
  %size = call i64 @slot(i64 %h, i64 16)
  %two = icmp eq i64 %size, 2
  br i1 %two, label %both, label %give_up
both:
  %k1 = call i64 @borrow_tuple_get(i64 %h, i64 0)
  %v1 = call i64 @borrow_tuple_get(i64 %h, i64 1)
  br label %put
put:
  %k = phi i64 [ %h, %cell ], [ %k1, %both ]
  %v = phi i64 [ %value, %cell ], [ %v1, %both ]
  %ok = call i1 @is_key(i64 %k)
  br i1 %ok, label %store, label %give_up
store:
  %kp = inttoptr i64 %k to ptr
  %vp = inttoptr i64 %v to ptr
  %s = call i32 @PyDict_SetItem(ptr %new, ptr %kp, ptr %vp)
  %bad = icmp slt i32 %s, 0
  br i1 %bad, label %give_up, label %stored
stored:
  %l1 = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  br label %next
give_up:
  call void @PyErr_Clear()
  %neww = ptrtoint ptr %new to i64
  call void @decref_o(i64 %neww)
  br label %no
no:
  ret i64 0
made:
  %r = call i64 @map_of_dict(ptr %new, i64 $O_None)
  ret i64 %r
}
define internal i64 @prim_bif_maps_from_keys_2(ptr %p, i64 %list, i64 %value) noinline {
  %v = call i64 @box(i64 %value)
  %r = call i64 @map_from(i64 %list, i64 %v, i1 false)
  call void @decref_o(i64 %v)
  ret i64 %r
}
define internal i64 @prim_bif_maps_from_list_1(ptr %p, i64 %list) noinline {
  %r = call i64 @map_from(i64 %list, i64 $O_None, i1 true)
  ret i64 %r
}

; The list of Python with the keys of a map in their order, which the map keeps; 0 to give up.
define internal i64 @keys_in_order(i64 %m) noinline {
entry:
  %known = call i64 @slot(i64 %m, i64 $MAP_SORTED)
  %unknown = icmp eq i64 %known, $O_None
  br i1 %unknown, label %sort, label %have
have:
  ret i64 %known
sort:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %dict = call i1 @is_of(i64 %table, i64 $T_dict)
  br i1 %dict, label %collect, label %no
collect:
  %tp = inttoptr i64 %table to ptr
  %size = call i64 @PyDict_Size(ptr %tp)
  %few = icmp ule i64 %size, $MAX_SMALL
  br i1 %few, label %room, label %no
room:
  %keys = alloca [$MAX_SMALL x i64]
  %at = alloca i64
  %key = alloca i64
  store i64 0, ptr %at
  br label %next
next:
  %n = phi i64 [ 0, %room ], [ %n1, %insert ]
  %more = call i32 @PyDict_Next(ptr %tp, ptr %at, ptr %key, ptr null)
  %end = icmp eq i32 %more, 0
  br i1 %end, label %make, label %one
one:
  %k = load i64, ptr %key
  %ok = call i1 @is_key(i64 %k)
  br i1 %ok, label %place, label %no
place:
  %i = phi i64 [ %n, %one ], [ %before, %shift ]
  %first = icmp eq i64 %i, 0
  br i1 %first, label %insert, label %compare
compare:
  %before = sub i64 %i, 1
  %ba = getelementptr i64, ptr %keys, i64 %before
  %b = load i64, ptr %ba
  %o = call i64 @order(i64 %k, i64 %b, i64 $DEPTH, i1 true)
  %given_up = icmp eq i64 %o, 2
  br i1 %given_up, label %no, label %compared
compared:
  %less = icmp slt i64 %o, 0
  br i1 %less, label %shift, label %insert
shift:
  %ta = getelementptr i64, ptr %keys, i64 %i
  store i64 %b, ptr %ta
  br label %place
insert:
  %j = phi i64 [ 0, %place ], [ %i, %compared ]
  %ja = getelementptr i64, ptr %keys, i64 %j
  store i64 %k, ptr %ja
  %n1 = add i64 %n, 1
  br label %next
make:
  %list_raw = call ptr @PyList_New(i64 %n)
  %list = call ptr @there(ptr %list_raw)
  %ia = getelementptr i8, ptr %list, i64 $LIST_ITEMS
  %items = load ptr, ptr %ia
  br label %fill
fill:
  %f = phi i64 [ 0, %make ], [ %f1, %filled ]
  %full = icmp eq i64 %f, %n
  br i1 %full, label %keep, label %filled
filled:
  %fa = getelementptr i64, ptr %keys, i64 %f
  %fk = load i64, ptr %fa
  call void @incref_o(i64 %fk)
  %fi = getelementptr i64, ptr %items, i64 %f
  store i64 %fk, ptr %fi
  %f1 = add i64 %f, 1
  br label %fill
keep:
  %r = ptrtoint ptr %list to i64
  %mp = inttoptr i64 %m to ptr
  %sa = getelementptr i8, ptr %mp, i64 $MAP_SORTED
  store i64 %r, ptr %sa
  call void @decref_o(i64 $O_None)
  ret i64 %r
no:
  ret i64 0
}

; What `map_next/3` makes of a map: from the last key to the first, a list of pairs before `rest`,
; or triples around it; of keys alone, or values.
define internal i64 @unfold(ptr %p, i64 %m, i64 %rest, i64 %what) noinline {
entry:
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %order, label %no
no:
  ret i64 0
order:
  %keys = call i64 @keys_in_order(i64 %m)
  %given_up = icmp eq i64 %keys, 0
  br i1 %given_up, label %no, label %start
start:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %n = call i64 @slot(i64 %keys, i64 16)
  %items = call i64 @slot(i64 %keys, i64 $LIST_ITEMS)
  %ip = inttoptr i64 %items to ptr
  call void @incref_o(i64 %rest)
  br label %next
next:
  %i = phi i64 [ %n, %start ], [ %i1, %made ]
  %r = phi i64 [ %rest, %start ], [ %r1, %made ]
  %end = icmp eq i64 %i, 0
  br i1 %end, label %done, label %one
one:
  %i1 = sub i64 %i, 1
  %ka = getelementptr i64, ptr %ip, i64 %i1
  %k = load i64, ptr %ka
  %deep = call i1 @is_of(i64 %k, i64 $T_DeepKey)
  br i1 %deep, label %stop, label %what_of
stop:
  call void @decref_o(i64 %r)
  ret i64 0
what_of:
  %only_key = icmp eq i64 %what, $KEYS
  br i1 %only_key, label %cell_of_key, label %value
cell_of_key:
  %kc = call i64 @new_cons(i64 %k, i64 %r)
  call void @decref_o(i64 %r)
  br label %made
value:
  %v = call i64 @look_up(i64 %table, i64 %k)
  %none = icmp eq i64 %v, 0
  br i1 %none, label %stop, label %kinds
kinds:
  %only_value = icmp eq i64 %what, $VALUES
  br i1 %only_value, label %cell_of_value, label %tuples
cell_of_value:
  %vc = call i64 @new_cons(i64 %v, i64 %r)
  call void @decref_o(i64 %r)
  call void @decref_o(i64 %v)
  br label %made
tuples:
  %triple = icmp eq i64 %what, $TRIPLES
  %width = select i1 %triple, i64 3, i64 2
  %t_raw = call ptr @PyTuple_New(i64 %width)
  %t = call ptr @there(ptr %t_raw)
  %t0 = getelementptr i8, ptr %t, i64 24
  %t1 = getelementptr i8, ptr %t, i64 32
  call void @incref_o(i64 %k)
  store i64 %k, ptr %t0
  store i64 %v, ptr %t1
  %tw = ptrtoint ptr %t to i64
  br i1 %triple, label %around, label %cell_of_pair
around:
  %t2 = getelementptr i8, ptr %t, i64 40
  store i64 %r, ptr %t2
  br label %made
cell_of_pair:
  %pc = call i64 @new_cons(i64 %tw, i64 %r)
  call void @decref_o(i64 %tw)
  call void @decref_o(i64 %r)
  br label %made
made:
  %r1 = phi i64 [ %kc, %cell_of_key ], [ %vc, %cell_of_value ], [ %tw, %around ], [ %pc, %cell_of_pair ]
  br label %next
done:
  call void @charge(ptr %p, i64 %n)
  ret i64 %r
}
; Keys or values of a map: of small ones only, the others are listed in steps.
define internal i64 @list_small(ptr %p, i64 %m, i64 %what) noinline {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  br i1 %map, label %sort, label %no
sort:
  %table = call i64 @slot(i64 %m, i64 $MAP_TABLE)
  %dict = call i1 @is_of(i64 %table, i64 $T_dict)
  br i1 %dict, label %small, label %no
small:
  %r = call i64 @unfold(ptr %p, i64 %m, i64 $O_NIL, i64 %what)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @prim_bif_maps_keys_1(ptr %p, i64 %m) noinline {
  %r = call i64 @list_small(ptr %p, i64 %m, i64 $KEYS)
  ret i64 %r
}
define internal i64 @prim_bif_maps_values_1(ptr %p, i64 %m) noinline {
  %r = call i64 @list_small(ptr %p, i64 %m, i64 $VALUES)
  ret i64 %r
}
define internal i64 @prim_bif_erts_internal_map_next_3(ptr %p, i64 %path, i64 %m, i64 %rest) noinline {
  %number = call i64 @normal(i64 %path)
  %start = icmp eq i64 %number, 1
  br i1 %start, label %kinds, label %no
kinds:
  %iterator = icmp eq i64 %rest, $A_iterator
  br i1 %iterator, label %triples, label %lists
triples:
  %t = call i64 @unfold(ptr %p, i64 %m, i64 $A_none, i64 $TRIPLES)
  ret i64 %t
lists:
  %list = call i1 @prim_is_list(i64 %rest)
  br i1 %list, label %pairs, label %no
pairs:
  %l = call i64 @unfold(ptr %p, i64 %m, i64 %rest, i64 $PAIRS)
  ret i64 %l
no:
  ret i64 0
}

define internal i1 @fails_map_get(i64 %k, i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  %r = xor i1 %map, true
  ret i1 %r
}
define internal i1 @fails_map_is_key(i64 %k, i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  %r = xor i1 %map, true
  ret i1 %r
}
define internal i1 @fails_map_size(i64 %m) {
  %map = call i1 @is_of(i64 %m, i64 $T_Map)
  %r = xor i1 %map, true
  ret i1 %r
}
