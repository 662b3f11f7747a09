; Binaries from lists of bytes, and back.

; The bytes of a binary from `start` to `stop`, counted from 1, as a list: all of them where `stop` is
; negative. Gives up for other places, and where bytes do not begin with one of the data.
define internal i64 @bytes_listed(ptr %p, i64 %b, i64 %start, i64 %stop) noinline {
entry:
  %bits = call i1 @is_of(i64 %b, i64 $T_Bitstring)
  br i1 %bits, label %measure, label %no
measure:
  %size = call i64 @number_in(i64 %b, i64 $BITS_SIZE)
  %offset = call i64 @number_in(i64 %b, i64 $BITS_OFFSET)
  %either = or i64 %size, %offset
  %odd = and i64 %either, 7
  %whole = icmp eq i64 %odd, 0
  br i1 %whole, label %inside, label %no
inside:
  %all = lshr i64 %size, 3
  %any = icmp slt i64 %stop, 0
  %last = select i1 %any, i64 %all, i64 %stop
  %before = sub i64 %start, 1
  %n = sub i64 %last, %before
  %begins = icmp sge i64 %before, 0
  %ends = icmp sle i64 %last, %all
  %some = icmp sgt i64 %n, 0
  %known = or i1 %some, %any
  %in = and i1 %begins, %ends
  %good = and i1 %in, %known
  br i1 %good, label %find, label %no
find:
  %data = call i64 @slot(i64 %b, i64 $BITS_DATA)
  %bytes = call ptr @bytes_of(i64 %data)
  %none = icmp eq ptr %bytes, null
  br i1 %none, label %no, label %begin
begin:
  %skipped = lshr i64 %offset, 3
  %first = add i64 %skipped, %before
  %from = getelementptr i8, ptr %bytes, i64 %first
  call void @charge(ptr %p, i64 %n)
  call void @incref_o(i64 $O_NIL)
  br label %next
next:
  %i = phi i64 [ %n, %begin ], [ %i1, %one ]
  %l = phi i64 [ $O_NIL, %begin ], [ %l1, %one ]
  %end = icmp eq i64 %i, 0
  br i1 %end, label %done, label %one
one:
  %i1 = sub i64 %i, 1
  %a = getelementptr i8, ptr %from, i64 %i1
  %byte = load i8, ptr %a
  %value = zext i8 %byte to i64
  %step = mul i64 %value, $SMALL_STEP
  %head = add i64 %step, $SMALL_INTS
  %l1 = call i64 @new_cons(i64 %head, i64 %l)
  call void @decref_o(i64 %l)
  br label %next
done:
  ret i64 %l
no:
  ret i64 0
}
define internal i64 @prim_bif_erlang_binary_to_list_1(ptr %p, i64 %b) noinline {
  %r = call i64 @bytes_listed(ptr %p, i64 %b, i64 1, i64 -1)
  ret i64 %r
}
define internal i64 @prim_bif_erlang_binary_to_list_3(ptr %p, i64 %b, i64 %start, i64 %stop) noinline {
  %s = call i64 @normal(i64 %start)
  %e = call i64 @normal(i64 %stop)
  %both = and i64 %s, %e
  %small = trunc i64 %both to i1
  br i1 %small, label %numbers, label %no
numbers:
  %first = ashr i64 %s, 1
  %last = ashr i64 %e, 1
  %some = icmp sge i64 %last, 1
  br i1 %some, label %listed, label %no
listed:
  %r = call i64 @bytes_listed(ptr %p, i64 %b, i64 %first, i64 %last)
  ret i64 %r
no:
  ret i64 0
}

; The binary of a list of bytes; gives up where there is something else in it.
define internal i64 @binary_of_bytes(ptr %p, i64 %list) noinline {
entry:
  br label %count
count:
  %n = phi i64 [ 0, %entry ], [ %n1, %byte ]
  %l = phi i64 [ %list, %entry ], [ %t, %byte ]
  %cons = call i1 @prim_is_cons(i64 %l)
  br i1 %cons, label %look, label %end
look:
  %h = call i64 @borrow_hd(i64 %l)
  %w = call i64 @normal(i64 %h)
  %o = call i1 @is_object(i64 %w)
  br i1 %o, label %no, label %number
number:
  %v = ashr i64 %w, 1
  %fits = icmp ult i64 %v, 256
  br i1 %fits, label %byte, label %no
byte:
  %n1 = add i64 %n, 1
  %t = call i64 @borrow_tl(i64 %l)
  br label %count
end:
  %nil = icmp eq i64 %l, $O_NIL
  %some = icmp ne i64 %n, 0
  %list_of_bytes = and i1 %nil, %some
  br i1 %list_of_bytes, label %make, label %no
make:
  call void @charge(ptr %p, i64 %n)
  %made_raw = call ptr @PyBytes_FromStringAndSize(ptr null, i64 %n)
  %made = call ptr @there(ptr %made_raw)
  %to = getelementptr i8, ptr %made, i64 32
  br label %put
put:
  %i = phi i64 [ 0, %make ], [ %i1, %store ]
  %m = phi i64 [ %list, %make ], [ %mt, %store ]
  %all = icmp eq i64 %i, %n
  br i1 %all, label %done, label %store
store:
  %mh = call i64 @borrow_hd(i64 %m)
  %mw = call i64 @normal(i64 %mh)
  %mv = ashr i64 %mw, 1
  %one = trunc i64 %mv to i8
  %a = getelementptr i8, ptr %to, i64 %i
  store i8 %one, ptr %a
  %i1 = add i64 %i, 1
  %mt = call i64 @borrow_tl(i64 %m)
  br label %put
done:
  %data = ptrtoint ptr %made to i64
  %size = shl i64 %n, 3
  %r = call i64 @new_bits(i64 %data, i64 0, i64 %size)
  call void @decref_o(i64 %data)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @prim_bif_erlang_list_to_binary_1(ptr %p, i64 %list) noinline {
  %r = call i64 @binary_of_bytes(ptr %p, i64 %list)
  ret i64 %r
}
define internal i64 @prim_bif_erlang_iolist_to_binary_1(ptr %p, i64 %data) noinline {
  %r = call i64 @binary_of_bytes(ptr %p, i64 %data)
  ret i64 %r
}
