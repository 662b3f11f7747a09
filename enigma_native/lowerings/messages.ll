; Receiving: the queue is that of machine/mailbox.py. Another one, which somebody watches, looks at
; what is received in Python.

define internal i64 @mailbox(ptr %p) alwaysinline {
  %r = call i64 @process_slot(ptr %p, i64 $PROCESS_MAILBOX)
  ret i64 %r
}
; Store a reference of its own in a slot, and give up what was there.
define internal void @replace_slot(i64 %o, i64 %offset, i64 %v) alwaysinline {
  call void @incref_o(i64 %v)
  %p = inttoptr i64 %o to ptr
  %a = getelementptr i8, ptr %p, i64 %offset
  %old = load i64, ptr %a
  store i64 %v, ptr %a
  call void @decref_o(i64 %old)
  ret void
}

define internal i64 @prim_peek_message(ptr %p) {
  %m = call i64 @mailbox(ptr %p)
  %plain = call i1 @is_of(i64 %m, i64 $T_Mailbox)
  br i1 %plain, label %look, label %watched, !prof !0
watched:
  ret i64 0
look:
  %at = call i64 @slot(i64 %m, i64 $MAILBOX_LOOKED_AT)
  %next = call i64 @slot(i64 %at, i64 $MESSAGE_FOLLOWING)
  %end = icmp eq i64 %next, $O_None
  br i1 %end, label %none, label %there
none:
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
there:
  %v = call i64 @slot(i64 %next, i64 $MESSAGE_VALUE)
  call void @incref_o(i64 %v)
  ret i64 %v
}

define internal i64 @prim_next_message(ptr %p) {
  %m = call i64 @mailbox(ptr %p)
  %at = call i64 @slot(i64 %m, i64 $MAILBOX_LOOKED_AT)
  %next = call i64 @slot(i64 %at, i64 $MESSAGE_FOLLOWING)
  %end = icmp eq i64 %next, $O_None
  br i1 %end, label %no, label %there
no:
  ret i64 0
there:
  call void @replace_slot(i64 %m, i64 $MAILBOX_LOOKED_AT, i64 %next)
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
}

; Receives with a timer are for Python.
define internal i64 @prim_remove_message(ptr %p) noinline {
  %timer = call i64 @process_slot(ptr %p, i64 $PROCESS_TIMER)
  %timed = icmp ne i64 %timer, $O_None
  %m = call i64 @mailbox(ptr %p)
  %before = call i64 @slot(i64 %m, i64 $MAILBOX_LOOKED_AT)
  %message = call i64 @slot(i64 %before, i64 $MESSAGE_FOLLOWING)
  %none = icmp eq i64 %message, $O_None
  %plain = call i1 @is_of(i64 %m, i64 $T_Mailbox)
  %watched = xor i1 %plain, true
  %hard0 = or i1 %timed, %none
  %hard = or i1 %hard0, %watched
  br i1 %hard, label %no, label %take
no:
  ret i64 0
take:
  call void @incref_o(i64 %message)
  %next = call i64 @slot(i64 %message, i64 $MESSAGE_FOLLOWING)
  call void @replace_slot(i64 %before, i64 $MESSAGE_FOLLOWING, i64 %next)
  %last = icmp eq i64 %next, $O_None
  br i1 %last, label %at_end, label %within
at_end:
  call void @replace_slot(i64 %m, i64 $MAILBOX_LAST, i64 %before)
  br label %joined
within:
  call void @replace_slot(i64 %next, i64 $MESSAGE_PRECEDING, i64 %before)
  br label %joined
joined:
  call void @replace_slot(i64 %message, i64 $MESSAGE_VALUE, i64 $O_None)
  %mark = call i64 @slot(i64 %m, i64 $MAILBOX_MARK)
  %marked = icmp ne i64 %mark, $O_None
  %markers = call i64 @slot(i64 %m, i64 $MAILBOX_MARKERS)
  %mp = inttoptr i64 %markers to ptr
  %n = call i64 @PyDict_Size(ptr %mp)
  %many = icmp ne i64 %n, 0
  %kept = or i1 %marked, %many
  br i1 %kept, label %count, label %unlink
unlink:
  call void @replace_slot(i64 %message, i64 $MESSAGE_PRECEDING, i64 $O_None)
  br label %count
count:
  call void @decref_o(i64 %message)
  %size = call i64 @number_in(i64 %m, i64 $MAILBOX_SIZE)
  %less = sub i64 %size, 1
  call void @put_number(i64 %m, i64 $MAILBOX_SIZE, i64 %less)
  %head = call i64 @slot(i64 %m, i64 $MAILBOX_HEAD)
  call void @replace_slot(i64 %m, i64 $MAILBOX_LOOKED_AT, i64 %head)
  %pa = getelementptr i64, ptr %p, i64 $PROCESS
  %process = load i64, ptr %pa
  call void @replace_slot(i64 %process, i64 $PROCESS_TIMED_OUT, i64 $O_False)
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
}
