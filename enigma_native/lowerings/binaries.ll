; Matching bitstrings. A match context is an object whose position and end are integers of Python.

; Where the bytes of data begin; null for other data than bytes and bytearrays of ours.
define internal ptr @bytes_of(i64 %data) alwaysinline {
  %bytes = call i1 @is_of(i64 %data, i64 $T_bytes)
  %p = inttoptr i64 %data to ptr
  br i1 %bytes, label %fixed, label %other
fixed:
  %r = getelementptr i8, ptr %p, i64 32
  ret ptr %r
other:
  %buffer = call i1 @is_of(i64 %data, i64 $T_Buffer)
  br i1 %buffer, label %growing, label %no
growing:
  %a = getelementptr i8, ptr %p, i64 $BUFFER_START
  %s = load ptr, ptr %a
  ret ptr %s
no:
  ret ptr null
}

; A number in a slot, plain; the caller knows that it is small.
define internal i64 @number_in(i64 %o, i64 %offset) alwaysinline {
  %s = call i64 @slot(i64 %o, i64 %offset)
  %n = call i64 @normal(i64 %s)
  %r = ashr i64 %n, 1
  ret i64 %r
}
define internal void @put_number(i64 %o, i64 %offset, i64 %v) alwaysinline {
  %s = shl i64 %v, 1
  %w = or i64 %s, 1
  %b = call i64 @box_number(i64 %w)
  %p = inttoptr i64 %o to ptr
  %a = getelementptr i8, ptr %p, i64 %offset
  %old = load i64, ptr %a
  store i64 %b, ptr %a
  call void @decref_o(i64 %old)
  ret void
}

; Bits of some data.
define internal i64 @new_bits(i64 %data, i64 %offset, i64 %size) noinline {
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Bitstring to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
  call void @PyObject_GC_UnTrack(ptr %q)
  call void @fill(ptr %q, i64 $BITS_DATA, i64 %data)
  %ow0 = shl i64 %offset, 1
  %ow = or i64 %ow0, 1
  %o = call i64 @box_number(i64 %ow)
  %oa = getelementptr i8, ptr %q, i64 $BITS_OFFSET
  store i64 %o, ptr %oa
  %sw0 = shl i64 %size, 1
  %sw = or i64 %sw0, 1
  %s = call i64 @box_number(i64 %sw)
  %sa = getelementptr i8, ptr %q, i64 $BITS_SIZE
  store i64 %s, ptr %sa
  %r = ptrtoint ptr %q to i64
  ret i64 %r
}

define internal i64 @new_context(i64 %b) noinline {
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_MatchContext to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
  call void @PyObject_GC_UnTrack(ptr %q)
  %data = call i64 @slot(i64 %b, i64 $BITS_DATA)
  call void @fill(ptr %q, i64 $CONTEXT_DATA, i64 %data)
  %offset = call i64 @slot(i64 %b, i64 $BITS_OFFSET)
  call void @fill(ptr %q, i64 $CONTEXT_POSITION, i64 %offset)
  call void @fill(ptr %q, i64 $CONTEXT_START, i64 %offset)
  call void @fill(ptr %q, i64 $CONTEXT_SAVED, i64 $O_None)
  %first = call i64 @number_in(i64 %b, i64 $BITS_OFFSET)
  %size = call i64 @number_in(i64 %b, i64 $BITS_SIZE)
  %end = add i64 %first, %size
  %ew0 = shl i64 %end, 1
  %ew = or i64 %ew0, 1
  %e = call i64 @box_number(i64 %ew)
  %ea = getelementptr i8, ptr %q, i64 $CONTEXT_END
  store i64 %e, ptr %ea
  %r = ptrtoint ptr %q to i64
  ret i64 %r
}
define internal i64 @prim_bs_start_match(i64 %b) {
  %bits = call i1 @is_of(i64 %b, i64 $T_Bitstring)
  br i1 %bits, label %new, label %other
new:
  %r = call i64 @new_context(i64 %b)
  ret i64 %r
other:
  %context = call i1 @is_of(i64 %b, i64 $T_MatchContext)
  %c = select i1 %context, i64 %b, i64 $O_None
  call void @incref_o(i64 %c)
  ret i64 %c
}

define internal i64 @uint_bs_bits_left(i64 %m) {
  %p = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %e = call i64 @number_in(i64 %m, i64 $CONTEXT_END)
  %r = sub i64 %e, %p
  ret i64 %r
}
define internal i8 @prim_bs_test_unit(i64 %m, i64 %unit) {
  %left = call i64 @uint_bs_bits_left(i64 %m)
  %rest = urem i64 %left, %unit
  %z = icmp eq i64 %rest, 0
  %r = zext i1 %z to i8
  ret i8 %r
}
define internal i64 @borrow_bs_get_position(i64 %m) {
  %r = call i64 @slot(i64 %m, i64 $CONTEXT_POSITION)
  ret i64 %r
}
define internal i64 @new_bs_get_tail(i64 %m) {
  %data = call i64 @slot(i64 %m, i64 $CONTEXT_DATA)
  %p = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %left = call i64 @uint_bs_bits_left(i64 %m)
  %r = call i64 @new_bits(i64 %data, i64 %p, i64 %left)
  ret i64 %r
}

; How many bits a segment has: -1 when it does not fit, -2 to give up.
define internal i64 @segment_bits(i64 %m, i64 %size0, i64 %unit) {
  %size = call i64 @normal(i64 %size0)
  %small = trunc i64 %size to i1
  br i1 %small, label %number, label %give_up
give_up:
  ret i64 -2
number:
  %n = ashr i64 %size, 1
  %large = icmp ugt i64 %n, 1099511627776
  br i1 %large, label %give_up, label %count
count:
  %bits = mul i64 %n, %unit
  %left = call i64 @uint_bs_bits_left(i64 %m)
  %fits = icmp ule i64 %bits, %left
  %r = select i1 %fits, i64 %bits, i64 -1
  ret i64 %r
}

; `count` bits, at most 56, from a bit on.
define internal i64 @bits_at(ptr %bytes, i64 %position, i64 %count) {
entry:
  %end = add i64 %position, %count
  %first = lshr i64 %position, 3
  %up = add i64 %end, 7
  %last = lshr i64 %up, 3
  br label %next
next:
  %i = phi i64 [ %first, %entry ], [ %i1, %byte ]
  %v = phi i64 [ 0, %entry ], [ %v1, %byte ]
  %done = icmp uge i64 %i, %last
  br i1 %done, label %shift, label %byte
byte:
  %a = getelementptr i8, ptr %bytes, i64 %i
  %b = load i8, ptr %a
  %w = zext i8 %b to i64
  %s = shl i64 %v, 8
  %v1 = or i64 %s, %w
  %i1 = add i64 %i, 1
  br label %next
shift:
  %bits = shl i64 %last, 3
  %spare = sub i64 %bits, %end
  %low = lshr i64 %v, %spare
  %one = shl i64 1, %count
  %mask = sub i64 %one, 1
  %r = and i64 %low, %mask
  ret i64 %r
}

define internal i64 @prim_bs_get_integer(i64 %m, i64 %size, i64 %unit, i64 %flags) noinline {
  %count = call i64 @segment_bits(i64 %m, i64 %size, i64 %unit)
  %short = icmp eq i64 %count, -1
  br i1 %short, label %none, label %check
none:
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
check:
  %fits = icmp ule i64 %count, 56
  %unusual = and i64 %flags, $LITTLE_OR_NATIVE
  %big = icmp eq i64 %unusual, 0
  %ok = and i1 %fits, %big
  br i1 %ok, label %data, label %no
data:
  %d = call i64 @slot(i64 %m, i64 $CONTEXT_DATA)
  %bytes = call ptr @bytes_of(i64 %d)
  %strange = icmp eq ptr %bytes, null
  br i1 %strange, label %no, label %read
read:
  %position = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %v = call i64 @bits_at(ptr %bytes, i64 %position, i64 %count)
  %after = add i64 %position, %count
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %after)
  %signed = and i64 %flags, $SIGNED
  %plain = icmp eq i64 %signed, 0
  %empty = icmp eq i64 %count, 0
  %keep = or i1 %plain, %empty
  br i1 %keep, label %number, label %extend
extend:
  %unused = sub i64 64, %count
  %up = shl i64 %v, %unused
  %x = ashr i64 %up, %unused
  br label %number
number:
  %n = phi i64 [ %v, %read ], [ %x, %extend ]
  %s = shl i64 %n, 1
  %r = or i64 %s, 1
  ret i64 %r
no:
  ret i64 0
}

; The size, or all that is left for the atom `all`; -1 and -2 as above.
define internal i64 @bits_or_all(i64 %m, i64 %size, i64 %unit) {
  %all = icmp eq i64 %size, $A_all
  br i1 %all, label %rest, label %number
rest:
  %left = call i64 @uint_bs_bits_left(i64 %m)
  %over = urem i64 %left, %unit
  %whole = icmp eq i64 %over, 0
  %l = select i1 %whole, i64 %left, i64 -1
  ret i64 %l
number:
  %n = call i64 @segment_bits(i64 %m, i64 %size, i64 %unit)
  ret i64 %n
}
define internal i64 @prim_bs_get_binary(i64 %m, i64 %size, i64 %unit) noinline {
  %count = call i64 @bits_or_all(i64 %m, i64 %size, i64 %unit)
  switch i64 %count, label %take [ i64 -1, label %none
                                   i64 -2, label %no ]
none:
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
no:
  ret i64 0
take:
  %d = call i64 @slot(i64 %m, i64 $CONTEXT_DATA)
  %position = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %r = call i64 @new_bits(i64 %d, i64 %position, i64 %count)
  %after = add i64 %position, %count
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %after)
  ret i64 %r
}
define internal i8 @prim_bs_skip_bits(i64 %m, i64 %size, i64 %unit) noinline {
  %count = call i64 @bits_or_all(i64 %m, i64 %size, i64 %unit)
  switch i64 %count, label %skip [ i64 -1, label %none
                                   i64 -2, label %no ]
none:
  ret i8 0
no:
  ret i8 2
skip:
  %position = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %after = add i64 %position, %count
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %after)
  ret i8 1
}
define internal i8 @prim_bs_match_string(i64 %m, i64 %string, i64 %bits) noinline {
entry:
  %left = call i64 @uint_bs_bits_left(i64 %m)
  %enough = icmp ule i64 %bits, %left
  br i1 %enough, label %look, label %differs
look:
  %d = call i64 @slot(i64 %m, i64 $CONTEXT_DATA)
  %bytes = call ptr @bytes_of(i64 %d)
  %wanted = call ptr @bytes_of(i64 %string)
  %strange = icmp eq ptr %bytes, null
  %position = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %any = or i64 %position, %bits
  %odd = and i64 %any, 7
  %uneven = icmp ne i64 %odd, 0
  %hard = or i1 %strange, %uneven
  br i1 %hard, label %no, label %start
start:
  %first = lshr i64 %position, 3
  %from = getelementptr i8, ptr %bytes, i64 %first
  %n = lshr i64 %bits, 3
  br label %next
next:
  %i = phi i64 [ 0, %start ], [ %i1, %same ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %equal, label %byte
byte:
  %a = getelementptr i8, ptr %from, i64 %i
  %b = getelementptr i8, ptr %wanted, i64 %i
  %va = load i8, ptr %a
  %vb = load i8, ptr %b
  %e = icmp eq i8 %va, %vb
  br i1 %e, label %same, label %differs
same:
  %i1 = add i64 %i, 1
  br label %next
equal:
  %after = add i64 %position, %bits
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %after)
  ret i8 1
differs:
  ret i8 0
no:
  ret i8 2
}
; The next character, when it is one byte or there is none.
define internal i64 @prim_bs_get_utf8(i64 %m) noinline {
  %left = call i64 @uint_bs_bits_left(i64 %m)
  %short = icmp ult i64 %left, 8
  br i1 %short, label %none, label %data
none:
  call void @incref_o(i64 $O_None)
  ret i64 $O_None
data:
  %d = call i64 @slot(i64 %m, i64 $CONTEXT_DATA)
  %bytes = call ptr @bytes_of(i64 %d)
  %strange = icmp eq ptr %bytes, null
  br i1 %strange, label %no, label %read
read:
  %position = call i64 @number_in(i64 %m, i64 $CONTEXT_POSITION)
  %v = call i64 @bits_at(ptr %bytes, i64 %position, i64 8)
  %ascii = icmp ult i64 %v, 128
  br i1 %ascii, label %one, label %no
one:
  %after = add i64 %position, 8
  call void @put_number(i64 %m, i64 $CONTEXT_POSITION, i64 %after)
  %s = shl i64 %v, 1
  %r = or i64 %s, 1
  ret i64 %r
no:
  ret i64 0
}
