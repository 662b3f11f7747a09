; Built-in functions on lists. Longer lists are for Python, where others get their turn meanwhile.

; How many cells a proper list has; -1 when it is none, or long.
define internal i64 @short_length(i64 %list) {
entry:
  br label %next
next:
  %l = phi i64 [ %list, %entry ], [ %t, %cell ]
  %n = phi i64 [ 0, %entry ], [ %n1, %cell ]
  %c = call i1 @is_of(i64 %l, i64 $T_Cons)
  %short = icmp ult i64 %n, $LONG
  %go = and i1 %c, %short
  br i1 %go, label %cell, label %end
cell:
  %t = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  %n1 = add i64 %n, 1
  br label %next
end:
  %proper = icmp eq i64 %l, $O_NIL
  %r = select i1 %proper, i64 %n, i64 -1
  ret i64 %r
}

; erlang:'++'/2: copies the cells of the first list from the front.
define internal i64 @prim_bif_erlang_x2bx2b_2(ptr %p, i64 %left, i64 %right) noinline {
entry:
  %n = call i64 @short_length(i64 %left)
  %no_list = icmp slt i64 %n, 0
  br i1 %no_list, label %no, label %start
no:
  ret i64 0
start:
  call void @charge(ptr %p, i64 %n)
  %tail = call i64 @box(i64 %right)
  %none = icmp eq i64 %n, 0
  br i1 %none, label %only_right, label %first
only_right:
  ret i64 %tail
first:
  %h0 = call i64 @slot(i64 %left, i64 $CONS_HEAD)
  %c0 = call i64 @new_cons(i64 %h0, i64 $O_NIL)
  %l0 = call i64 @slot(i64 %left, i64 $CONS_TAIL)
  br label %next
next:
  %c = phi i64 [ %c0, %first ], [ %c1, %cell ]
  %l = phi i64 [ %l0, %first ], [ %l1, %cell ]
  %end = icmp eq i64 %l, $O_NIL
  br i1 %end, label %done, label %cell
cell:
  %h = call i64 @slot(i64 %l, i64 $CONS_HEAD)
  %c1 = call i64 @new_cons(i64 %h, i64 $O_NIL)
  call void @set_tail(i64 %c, i64 %c1)
  %l1 = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  br label %next
done:
  call void @set_tail(i64 %c, i64 %tail)
  ret i64 %c0
}
; Replace the tail of a new cell, which is [], and take the reference over.
define internal void @set_tail(i64 %cell, i64 %tail) alwaysinline {
  %p = inttoptr i64 %cell to ptr
  %a = getelementptr i8, ptr %p, i64 $CONS_TAIL
  store i64 %tail, ptr %a
  call void @decref_o(i64 $O_NIL)
  ret void
}

define internal i64 @prim_bif_lists_keymember_3(ptr %p, i64 %key, i64 %n, i64 %list) noinline {
  %found = call i64 @prim_bif_lists_keyfind_3(ptr %p, i64 %key, i64 %n, i64 %list)
  %given_up = icmp eq i64 %found, 0
  br i1 %given_up, label %no, label %known
no:
  ret i64 0
known:
  %absent = icmp eq i64 %found, $O_FALSE
  call void @decref_o(i64 %found)
  %r = select i1 %absent, i64 $O_FALSE, i64 $O_TRUE
  call void @incref_o(i64 %r)
  ret i64 %r
}

; A tuple of the elements of a list.
define internal i64 @prim_bif_erlang_list_to_tuple_1(ptr %p, i64 %list) noinline {
entry:
  %n = call i64 @short_length(i64 %list)
  %no_list = icmp slt i64 %n, 0
  br i1 %no_list, label %no, label %start
no:
  ret i64 0
start:
  call void @charge(ptr %p, i64 %n)
  %t_raw = call ptr @PyTuple_New(i64 %n)
  %t = call ptr @there(ptr %t_raw)
  %items = getelementptr i8, ptr %t, i64 24
  br label %next
next:
  %l = phi i64 [ %list, %start ], [ %l1, %cell ]
  %i = phi i64 [ 0, %start ], [ %i1, %cell ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %cell
cell:
  %h = call i64 @slot(i64 %l, i64 $CONS_HEAD)
  call void @incref_o(i64 %h)
  %a = getelementptr i64, ptr %items, i64 %i
  store i64 %h, ptr %a
  %l1 = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  %i1 = add i64 %i, 1
  br label %next
done:
  %r = ptrtoint ptr %t to i64
  ret i64 %r
}
