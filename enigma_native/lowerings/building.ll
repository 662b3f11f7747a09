; Building bitstrings by plans (`binaries.Segment`), and matching by commands (`binaries.Command`).
; Types of segments and commands are the names of atoms, of which there is one object each.

declare ptr @PyBytes_FromStringAndSize(ptr, i64)
declare i32 @PyByteArray_Resize(ptr, i64)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)

; An item of a tuple that is a small integer, plain.
define internal i64 @plain_item(i64 %t, i64 %i) alwaysinline {
  %e = call i64 @borrow_tuple_get(i64 %t, i64 %i)
  %n = call i64 @normal(i64 %e)
  %r = ashr i64 %n, 1
  ret i64 %r
}

; Write `count` bits, at most 56; bytes are changed where the bits do not fill them.
define internal void @put_bits(ptr %bytes, i64 %position, i64 %v0, i64 %count) {
entry:
  %one = shl i64 1, %count
  %mask = sub i64 %one, 1
  %v = and i64 %v0, %mask
  %end = add i64 %position, %count
  br label %next
next:
  ; from the last byte to the first
  %e = phi i64 [ %end, %entry ], [ %e1, %byte ]
  %left = phi i64 [ %v, %entry ], [ %left1, %byte ]
  %done = icmp ule i64 %e, %position
  br i1 %done, label %out, label %byte
byte:
  %last = sub i64 %e, 1
  %at = lshr i64 %last, 3
  %first_bit = shl i64 %at, 3
  %from0 = icmp ugt i64 %first_bit, %position
  %from = select i1 %from0, i64 %first_bit, i64 %position
  %n = sub i64 %e, %from
  %after = add i64 %first_bit, 8
  %shift = sub i64 %after, %e
  %ones = shl i64 1, %n
  %low = sub i64 %ones, 1
  %bits = and i64 %left, %low
  %placed = shl i64 %bits, %shift
  %hole = shl i64 %low, %shift
  %keep = xor i64 %hole, 255
  %a = getelementptr i8, ptr %bytes, i64 %at
  %old8 = load i8, ptr %a
  %old = zext i8 %old8 to i64
  %kept = and i64 %old, %keep
  %new = or i64 %kept, %placed
  %new8 = trunc i64 %new to i8
  store i8 %new8, ptr %a
  %left1 = lshr i64 %left, %n
  %e1 = add i64 %from, 0
  br label %next
out:
  ret void
}

; Write an integer in whole bytes; more bytes than a word has are filled with its sign.
define internal void @put_bytes(ptr %at, i64 %v, i64 %n, i1 %little) {
entry:
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %byte ]
  %done = icmp eq i64 %i, %n
  br i1 %done, label %out, label %byte
byte:
  %bit = shl i64 %i, 3
  %far = icmp ugt i64 %bit, 63
  %shift = select i1 %far, i64 63, i64 %bit
  %b = ashr i64 %v, %shift
  %b8 = trunc i64 %b to i8
  %n1 = sub i64 %n, 1
  %back = sub i64 %n1, %i
  %place = select i1 %little, i64 %i, i64 %back
  %a = getelementptr i8, ptr %at, i64 %place
  store i8 %b8, ptr %a
  %i1 = add i64 %i, 1
  br label %next
out:
  ret void
}

; Copy bits of a bitstring to a place.
define internal void @put_part(ptr %to, i64 %position, ptr %from, i64 %offset, i64 %count) {
entry:
  %any0 = or i64 %position, %offset
  %any = or i64 %any0, %count
  %odd = and i64 %any, 7
  %whole = icmp eq i64 %odd, 0
  br i1 %whole, label %copy, label %next
copy:
  %tb = lshr i64 %position, 3
  %fb = lshr i64 %offset, 3
  %n = lshr i64 %count, 3
  %ta = getelementptr i8, ptr %to, i64 %tb
  %fa = getelementptr i8, ptr %from, i64 %fb
  call void @llvm.memcpy.p0.p0.i64(ptr %ta, ptr %fa, i64 %n, i1 false)
  ret void
next:
  %p = phi i64 [ %position, %entry ], [ %p1, %some ]
  %o = phi i64 [ %offset, %entry ], [ %o1, %some ]
  %c = phi i64 [ %count, %entry ], [ %c1, %some ]
  %done = icmp eq i64 %c, 0
  br i1 %done, label %out, label %some
some:
  %long = icmp ugt i64 %c, 48
  %k = select i1 %long, i64 48, i64 %c
  %v = call i64 @bits_at(ptr %from, i64 %o, i64 %k)
  call void @put_bits(ptr %to, i64 %p, i64 %v, i64 %k)
  %p1 = add i64 %p, %k
  %o1 = add i64 %o, %k
  %c1 = sub i64 %c, %k
  br label %next
out:
  ret void
}

; How many bits a segment has that is written from `position` on; -1 to give up.
define internal i64 @segment_size(i64 %segment, i64 %source, i64 %size0, i64 %position) {
  %type = call i64 @borrow_tuple_get(i64 %segment, i64 0)
  %unit = call i64 @plain_item(i64 %segment, i64 1)
  %whole_o = call i64 @borrow_tuple_get(i64 %segment, i64 4)
  %whole = icmp eq i64 %whole_o, $O_True
  %size = call i64 @normal(i64 %size0)
  %sized = trunc i64 %size to i1
  %n = ashr i64 %size, 1
  %sane = icmp ult i64 %n, 268435456
  %fits = and i1 %sized, %sane
  %count = mul i64 %n, %unit
  %string = icmp eq i64 %type, $S_string
  br i1 %string, label %bytes, label %other
bytes:
  %s = call i64 @borrow_tuple_get(i64 %segment, i64 3)
  %length = call i64 @slot(i64 %s, i64 16)
  %bits = shl i64 %length, 3
  ret i64 %bits
other:
  %integer = icmp eq i64 %type, $S_integer
  br i1 %integer, label %number, label %other2
number:
  %v = call i64 @normal(i64 %source)
  %small = trunc i64 %v to i1
  %ok = and i1 %fits, %small
  br i1 %ok, label %narrow, label %no
narrow:
  %short = icmp ule i64 %count, 56
  %any = or i64 %count, %position
  %odd = and i64 %any, 7
  %aligned = icmp eq i64 %odd, 0
  %little_o = call i64 @borrow_tuple_get(i64 %segment, i64 2)
  %big = icmp ne i64 %little_o, $O_True
  %plain = and i1 %short, %big
  %can = or i1 %plain, %aligned
  %r = select i1 %can, i64 %count, i64 -1
  ret i64 %r
other2:
  %append = icmp eq i64 %type, $S_append
  %private = icmp eq i64 %type, $S_private_append
  %binary = icmp eq i64 %type, $S_binary
  %p1 = or i1 %append, %private
  %part = or i1 %p1, %binary
  br i1 %part, label %parts, label %other3
parts:
  %is = call i1 @is_of(i64 %source, i64 $T_Bitstring)
  br i1 %is, label %data, label %no
data:
  %d = call i64 @slot(i64 %source, i64 $BITS_DATA)
  %b = call ptr @bytes_of(i64 %d)
  %strange = icmp eq ptr %b, null
  br i1 %strange, label %no, label %how_much
how_much:
  %all = call i64 @number_in(i64 %source, i64 $BITS_SIZE)
  br i1 %whole, label %everything, label %first_bits
everything:
  %rest = urem i64 %all, %unit
  %even = icmp eq i64 %rest, 0
  %er = select i1 %even, i64 %all, i64 -1
  ret i64 %er
first_bits:
  %within = icmp ule i64 %count, %all
  %fok = and i1 %fits, %within
  %fr = select i1 %fok, i64 %count, i64 -1
  ret i64 %fr
other3:
  %utf8 = icmp eq i64 %type, $S_utf8
  br i1 %utf8, label %character, label %no
character:
  %cw = call i64 @normal(i64 %source)
  %cs = trunc i64 %cw to i1
  %c = ashr i64 %cw, 1
  %c1 = icmp ult i64 %c, 128
  %c2 = icmp ult i64 %c, 2048
  %c3 = icmp ult i64 %c, 65536
  %c4 = icmp ult i64 %c, 1114112
  %w3 = select i1 %c3, i64 24, i64 32
  %w2 = select i1 %c2, i64 16, i64 %w3
  %w1 = select i1 %c1, i64 8, i64 %w2
  %high = and i64 %c, -2048
  %surrogate = icmp eq i64 %high, 55296
  %fine = xor i1 %surrogate, true
  %good0 = and i1 %cs, %c4
  %good = and i1 %good0, %fine
  %cr = select i1 %good, i64 %w1, i64 -1
  ret i64 %cr
no:
  ret i64 -1
}

define internal void @put_segment(ptr %to, i64 %position, i64 %segment, i64 %source, i64 %count) {
  %type = call i64 @borrow_tuple_get(i64 %segment, i64 0)
  %integer = icmp eq i64 %type, $S_integer
  br i1 %integer, label %number, label %other
number:
  %w = call i64 @normal(i64 %source)
  %v = ashr i64 %w, 1
  %any = or i64 %count, %position
  %odd = and i64 %any, 7
  %aligned = icmp eq i64 %odd, 0
  br i1 %aligned, label %bytes, label %bits
bytes:
  %byte = lshr i64 %position, 3
  %at = getelementptr i8, ptr %to, i64 %byte
  %n = lshr i64 %count, 3
  %little_o = call i64 @borrow_tuple_get(i64 %segment, i64 2)
  %little = icmp eq i64 %little_o, $O_True
  call void @put_bytes(ptr %at, i64 %v, i64 %n, i1 %little)
  ret void
bits:
  call void @put_bits(ptr %to, i64 %position, i64 %v, i64 %count)
  ret void
other:
  %string = icmp eq i64 %type, $S_string
  br i1 %string, label %text, label %other2
text:
  %s = call i64 @borrow_tuple_get(i64 %segment, i64 3)
  %sb = call ptr @bytes_of(i64 %s)
  call void @put_part(ptr %to, i64 %position, ptr %sb, i64 0, i64 %count)
  ret void
other2:
  %utf8 = icmp eq i64 %type, $S_utf8
  br i1 %utf8, label %character, label %part
character:
  %cw = call i64 @normal(i64 %source)
  %c = ashr i64 %cw, 1
  %more = lshr i64 %count, 3
  switch i64 %more, label %four [ i64 1, label %one
                                  i64 2, label %two
                                  i64 3, label %three ]
one:
  call void @put_bits(ptr %to, i64 %position, i64 %c, i64 8)
  ret void
two:
  %a0 = lshr i64 %c, 6
  %a1 = or i64 %a0, 192
  call void @put_bits(ptr %to, i64 %position, i64 %a1, i64 8)
  %ap = add i64 %position, 8
  call void @put_rest(ptr %to, i64 %ap, i64 %c, i64 1)
  ret void
three:
  %b0 = lshr i64 %c, 12
  %b1 = or i64 %b0, 224
  call void @put_bits(ptr %to, i64 %position, i64 %b1, i64 8)
  %bp = add i64 %position, 8
  call void @put_rest(ptr %to, i64 %bp, i64 %c, i64 2)
  ret void
four:
  %c0 = lshr i64 %c, 18
  %c1 = or i64 %c0, 240
  call void @put_bits(ptr %to, i64 %position, i64 %c1, i64 8)
  %cp = add i64 %position, 8
  call void @put_rest(ptr %to, i64 %cp, i64 %c, i64 3)
  ret void
part:
  %d = call i64 @slot(i64 %source, i64 $BITS_DATA)
  %db = call ptr @bytes_of(i64 %d)
  %offset = call i64 @number_in(i64 %source, i64 $BITS_OFFSET)
  call void @put_part(ptr %to, i64 %position, ptr %db, i64 %offset, i64 %count)
  ret void
}
; The bytes of a character in UTF-8 behind the first.
define internal void @put_rest(ptr %to, i64 %position, i64 %c, i64 %n) {
entry:
  br label %next
next:
  %i = phi i64 [ %n, %entry ], [ %i1, %one ]
  %p = phi i64 [ %position, %entry ], [ %p1, %one ]
  %done = icmp eq i64 %i, 0
  br i1 %done, label %out, label %one
one:
  %i1 = sub i64 %i, 1
  %shift = mul i64 %i1, 6
  %bits = lshr i64 %c, %shift
  %six = and i64 %bits, 63
  %b = or i64 %six, 128
  call void @put_bits(ptr %to, i64 %p, i64 %b, i64 8)
  %p1 = add i64 %p, 8
  br label %next
out:
  ret void
}

; Write all segments from `first` on.
define internal void @put_segments(ptr %to, i64 %start, i64 %plan, i64 %values, i64 %first) {
entry:
  %n = call i64 @slot(i64 %plan, i64 16)
  br label %next
next:
  %i = phi i64 [ %first, %entry ], [ %i1, %one ]
  %p = phi i64 [ %start, %entry ], [ %p1, %one ]
  %done = icmp uge i64 %i, %n
  br i1 %done, label %out, label %one
one:
  %segment = call i64 @borrow_tuple_get(i64 %plan, i64 %i)
  %j = shl i64 %i, 1
  %k = or i64 %j, 1
  %source = call i64 @borrow_tuple_get(i64 %values, i64 %j)
  %size = call i64 @borrow_tuple_get(i64 %values, i64 %k)
  %count = call i64 @segment_size(i64 %segment, i64 %source, i64 %size, i64 %p)
  call void @put_segment(ptr %to, i64 %p, i64 %segment, i64 %source, i64 %count)
  %p1 = add i64 %p, %count
  %i1 = add i64 %i, 1
  br label %next
out:
  ret void
}

define internal i64 @prim_bs_create(ptr %machine, i64 %plan, i64 %values) noinline {
entry:
  %n = call i64 @slot(i64 %plan, i64 16)
  %none = icmp eq i64 %n, 0
  br i1 %none, label %no, label %begin
begin:
  %segment0 = call i64 @borrow_tuple_get(i64 %plan, i64 0)
  %type0 = call i64 @borrow_tuple_get(i64 %segment0, i64 0)
  %append0 = icmp eq i64 %type0, $S_append
  %private0 = icmp eq i64 %type0, $S_private_append
  %appends = or i1 %append0, %private0
  %first = zext i1 %appends to i64
  br i1 %appends, label %base, label %next
base:
  ; all of it, in whole bytes; the rest is for Python
  %b_0 = call i64 @borrow_tuple_get(i64 %values, i64 0)
  %whole_o = call i64 @borrow_tuple_get(i64 %segment0, i64 4)
  %whole = icmp eq i64 %whole_o, $O_True
  %bsize = call i64 @borrow_tuple_get(i64 %values, i64 1)
  %base_bits0 = call i64 @segment_size(i64 %segment0, i64 %b_0, i64 %bsize, i64 0)
  %base_odd = and i64 %base_bits0, 7
  %base_bytes = icmp eq i64 %base_odd, 0
  %base_ok0 = and i1 %whole, %base_bytes
  %base_there = icmp sge i64 %base_bits0, 0
  %base_ok = and i1 %base_ok0, %base_there
  br i1 %base_ok, label %next, label %no
next:
  %i = phi i64 [ 0, %begin ], [ 1, %base ], [ %i1, %counted ]
  %p = phi i64 [ 0, %begin ], [ 0, %base ], [ %p1, %counted ]
  %done = icmp uge i64 %i, %n
  br i1 %done, label %counted_all, label %one
one:
  %segment = call i64 @borrow_tuple_get(i64 %plan, i64 %i)
  %type = call i64 @borrow_tuple_get(i64 %segment, i64 0)
  %again1 = icmp eq i64 %type, $S_append
  %again2 = icmp eq i64 %type, $S_private_append
  %again = or i1 %again1, %again2
  br i1 %again, label %no, label %size_of
size_of:
  %j = shl i64 %i, 1
  %k = or i64 %j, 1
  %source = call i64 @borrow_tuple_get(i64 %values, i64 %j)
  %size = call i64 @borrow_tuple_get(i64 %values, i64 %k)
  %count = call i64 @segment_size(i64 %segment, i64 %source, i64 %size, i64 %p)
  %bad = icmp slt i64 %count, 0
  br i1 %bad, label %no, label %counted
counted:
  %p1 = add i64 %p, %count
  %i1 = add i64 %i, 1
  %huge = icmp ugt i64 %p1, 68719476736
  br i1 %huge, label %no, label %next
counted_all:
  %up = add i64 %p, 7
  %bytes = lshr i64 %up, 3
  br i1 %appends, label %grow, label %fresh
fresh:
  %new = call ptr @PyBytes_FromStringAndSize(ptr null, i64 %bytes)
  %out_of_memory = icmp eq ptr %new, null
  br i1 %out_of_memory, label %lacks, label %write
lacks:
  ; what is large, Python tells the program; else it could not do that either
  %large_one = icmp ugt i64 %bytes, 65536
  br i1 %large_one, label %forget, label %nothing_left
nothing_left:
  call void @out_of_memory()
  unreachable
forget:
  call void @PyErr_Clear()
  br label %no
write:
  %to = getelementptr i8, ptr %new, i64 32
  ; the empty and the one-byte bytes are shared by all: never written to
  %shared = icmp ule i64 %bytes, 1
  br i1 %shared, label %tiny, label %large
large:
  call void @llvm.memset.p0.i64(ptr %to, i8 0, i64 %bytes, i1 false)
  call void @put_segments(ptr %to, i64 0, i64 %plan, i64 %values, i64 %first)
  %neww = ptrtoint ptr %new to i64
  %made = call i64 @new_bits(i64 %neww, i64 0, i64 %p)
  call void @decref_o(i64 %neww)
  ret i64 %made
tiny:
  %newt = ptrtoint ptr %new to i64
  call void @decref_o(i64 %newt)
  %byte = alloca i64
  store i64 0, ptr %byte
  call void @put_segments(ptr %byte, i64 0, i64 %plan, i64 %values, i64 %first)
  %own_raw = call ptr @PyBytes_FromStringAndSize(ptr %byte, i64 %bytes)
  %own = call ptr @there(ptr %own_raw)
  %ownw = ptrtoint ptr %own to i64
  %small = call i64 @new_bits(i64 %ownw, i64 0, i64 %p)
  call void @decref_o(i64 %ownw)
  ret i64 %small
grow:
  ; in place, when the base ends where its buffer ends, and whole bytes are added
  %b = call i64 @borrow_tuple_get(i64 %values, i64 0)
  %base_bits = call i64 @number_in(i64 %b, i64 $BITS_SIZE)
  %data = call i64 @slot(i64 %b, i64 $BITS_DATA)
  %buffer = call i1 @is_of(i64 %data, i64 $T_Buffer)
  %odd = and i64 %p, 7
  %even = icmp eq i64 %odd, 0
  %try = and i1 %buffer, %even
  br i1 %try, label %ends, label %no
ends:
  %offset = call i64 @number_in(i64 %b, i64 $BITS_OFFSET)
  %end = add i64 %offset, %base_bits
  %used = call i64 @number_in(i64 %data, i64 $BUFFER_USED)
  %last = icmp eq i64 %used, %end
  %end_odd = and i64 %end, 7
  %end_even = icmp eq i64 %end_odd, 0
  %in_place = and i1 %last, %end_even
  br i1 %in_place, label %room, label %no
room:
  %end_bytes = lshr i64 %end, 3
  %wanted = add i64 %end_bytes, %bytes
  %have = call i64 @slot(i64 %data, i64 16)
  %dp = inttoptr i64 %data to ptr
  %enough = icmp uge i64 %have, %wanted
  br i1 %enough, label %append, label %resize
resize:
  ; a source may be in this very buffer: its place is looked up afterwards
  %resized = call i32 @PyByteArray_Resize(ptr %dp, i64 %wanted)
  %failed = icmp ne i32 %resized, 0
  br i1 %failed, label %forget, label %append
append:
  %place = call ptr @bytes_of(i64 %data)
  %tail = getelementptr i8, ptr %place, i64 %end_bytes
  call void @llvm.memset.p0.i64(ptr %tail, i8 0, i64 %bytes, i1 false)
  call void @put_segments(ptr %tail, i64 0, i64 %plan, i64 %values, i64 %first)
  %after = add i64 %end, %p
  call void @put_number(i64 %data, i64 $BUFFER_USED, i64 %after)
  %longer = add i64 %base_bits, %p
  br i1 %private0, label %same, label %another
same:
  call void @put_number(i64 %b, i64 $BITS_SIZE, i64 %longer)
  call void @incref_o(i64 %b)
  ret i64 %b
another:
  %result = call i64 @new_bits(i64 %data, i64 %offset, i64 %longer)
  ret i64 %result
no:
  ret i64 0
}

; ---------------------------------------------------------------- matching by commands

; The values of a match, None when it does not; 0 to give up.
define internal i64 @prim_bs_match(i64 %m, i64 %commands) noinline {
entry:
  %n = call i64 @slot(i64 %commands, i64 16)
  %start = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %end = call i64 @number_in(i64 %m, i64 $CONTEXT_END)
  %data = call i64 @slot(i64 %m, i64 $CONTEXT_DATA)
  %bytes = call ptr @bytes_of(i64 %data)
  %strange = icmp eq ptr %bytes, null
  br i1 %strange, label %no, label %look
no:
  ret i64 0
look:
  ; how many values there are, and whether all integers are short
  %li = phi i64 [ 0, %entry ], [ %li1, %looked ]
  %lv = phi i64 [ 0, %entry ], [ %lv1, %looked ]
  %all = icmp uge i64 %li, %n
  br i1 %all, label %begin, label %look_at
look_at:
  %lc = call i64 @borrow_tuple_get(i64 %commands, i64 %li)
  %lt = call i64 @borrow_tuple_get(i64 %lc, i64 0)
  %ls = call i64 @plain_item(i64 %lc, i64 1)
  %l_integer = icmp eq i64 %lt, $S_integer
  %l_equal = icmp eq i64 %lt, $S_equal
  %l_binary = icmp eq i64 %lt, $S_binary
  %l_tail = icmp eq i64 %lt, $S_get_tail
  %l_number = or i1 %l_integer, %l_equal
  %l_long = icmp ugt i64 %ls, 56
  %l_hard = and i1 %l_number, %l_long
  br i1 %l_hard, label %no, label %look_little
look_little:
  %l_little = call i64 @borrow_tuple_get(i64 %lc, i64 3)
  %l_is_little = icmp eq i64 %l_little, $O_True
  br i1 %l_is_little, label %no, label %looked
looked:
  %l_v1 = or i1 %l_integer, %l_binary
  %l_v = or i1 %l_v1, %l_tail
  %l_one = zext i1 %l_v to i64
  %lv1 = add i64 %lv, %l_one
  %li1 = add i64 %li, 1
  br label %look
begin:
  %values_raw = call ptr @PyTuple_New(i64 %lv)
  %values = call ptr @there(ptr %values_raw)
  %items = getelementptr i8, ptr %values, i64 24
  br label %next
next:
  %i = phi i64 [ 0, %begin ], [ %i1, %went ]
  %p = phi i64 [ %start, %begin ], [ %p1, %went ]
  %v = phi i64 [ 0, %begin ], [ %v1, %went ]
  %i1 = add i64 %i, 1
  %done = icmp uge i64 %i, %n
  br i1 %done, label %matched, label %command
matched:
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %p)
  %r = ptrtoint ptr %values to i64
  ret i64 %r
differs:
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %p)
  %unused = ptrtoint ptr %values to i64
  call void @decref_o(i64 %unused)
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
command:
  %c = call i64 @borrow_tuple_get(i64 %commands, i64 %i)
  %type = call i64 @borrow_tuple_get(i64 %c, i64 0)
  %size = call i64 @plain_item(i64 %c, i64 1)
  %after = add i64 %p, %size
  %left = sub i64 %end, %p
  %at_least = icmp eq i64 %type, $S_ensure_at_least
  br i1 %at_least, label %check_least, label %command2
check_least:
  %unit = call i64 @plain_item(i64 %c, i64 2)
  %over = sub i64 %left, %size
  %short = icmp slt i64 %over, 0
  %rest = srem i64 %over, %unit
  %uneven = icmp ne i64 %rest, 0
  %wrong = or i1 %short, %uneven
  br i1 %wrong, label %differs, label %stay
command2:
  %exactly = icmp eq i64 %type, $S_ensure_exactly
  br i1 %exactly, label %check_exactly, label %command3
check_exactly:
  %same = icmp eq i64 %left, %size
  br i1 %same, label %stay, label %differs
stay:
  br label %went
too_long:
  ; code that has not asked whether there is so much
  %given_up = ptrtoint ptr %values to i64
  call void @decref_o(i64 %given_up)
  ret i64 0
command3:
  %fits = icmp sle i64 %size, %left
  br i1 %fits, label %command3b, label %too_long
command3b:
  %integer = icmp eq i64 %type, $S_integer
  br i1 %integer, label %number, label %command4
number:
  %raw = call i64 @bits_at(ptr %bytes, i64 %p, i64 %size)
  %signed_o = call i64 @borrow_tuple_get(i64 %c, i64 4)
  %signed0 = icmp eq i64 %signed_o, $O_True
  %some = icmp ne i64 %size, 0
  %signed = and i1 %signed0, %some
  %spare = sub i64 64, %size
  %shift = select i1 %signed, i64 %spare, i64 0
  %high = shl i64 %raw, %shift
  %value = ashr i64 %high, %shift
  %vw0 = shl i64 %value, 1
  %vw = or i64 %vw0, 1
  %vo = call i64 @box_number(i64 %vw)
  %ia = getelementptr i64, ptr %items, i64 %v
  store i64 %vo, ptr %ia
  %vn = add i64 %v, 1
  br label %moved
command4:
  %equal = icmp eq i64 %type, $S_equal
  br i1 %equal, label %compare, label %command5
compare:
  %found = call i64 @bits_at(ptr %bytes, i64 %p, i64 %size)
  %expected = call i64 @plain_item(i64 %c, i64 5)
  %is = icmp eq i64 %found, %expected
  br i1 %is, label %skip, label %differs
command5:
  %skips = icmp eq i64 %type, $S_skip
  br i1 %skips, label %skip, label %part
skip:
  br label %moved
part:
  ; a part of a size, or all that is left
  %binary = icmp eq i64 %type, $S_binary
  %count = select i1 %binary, i64 %size, i64 %left
  %bits = call i64 @new_bits(i64 %data, i64 %p, i64 %count)
  %ba = getelementptr i64, ptr %items, i64 %v
  store i64 %bits, ptr %ba
  %bn = add i64 %v, 1
  ; what is left stays there for those who match on
  %behind = select i1 %binary, i64 %after, i64 %p
  br label %went
moved:
  %vm = phi i64 [ %vn, %number ], [ %v, %skip ]
  br label %went
went:
  %p1 = phi i64 [ %p, %stay ], [ %after, %moved ], [ %behind, %part ]
  %v1 = phi i64 [ %v, %stay ], [ %vm, %moved ], [ %bn, %part ]
  br label %next
}
