; What handlers are made with: words, references, and the lowerings of primitives.
;
; A word is a term: a small integer with the lowest bit set (value << 1 | 1, less than 60 bits), or
; the address of a Python object. Registers and frames own a reference to each object they hold. A
; return address has the lowest bits 10. Integers of 60 bits and more, and those inside of terms,
; are Python objects.
;
; Names behind a dollar sign are filled in: offsets (layout.py), and addresses of Python objects as external symbols.
;
; Lowerings of primitives and built-in functions have names with a prefix. Arguments are borrowed
; words. new_NAME gives a new reference, borrow_NAME one that is not; prim_NAME and find_NAME are the
; same, but may give up, and leave it to the Python function: with 0 as a word, 2 as an i8 for a test.
; uint_NAME gives a plain number, do_NAME nothing, place_NAME a place or null to give up. Where one
; has given up, fails_NAME tells whether the arguments are wrong for certain: a guard need not ask
; Python then.

declare void @_Py_Dealloc(ptr)
declare ptr @PyLong_FromLongLong(i64)
declare ptr @PyType_GenericAlloc(ptr, i64)
declare void @PyObject_GC_UnTrack(ptr)
declare ptr @PyTuple_New(i64)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)
declare i32 @PyErr_ExceptionMatches(ptr)
declare void @PyErr_Clear()
declare ptr @PyErr_Occurred()
declare ptr @PyDict_GetItemWithError(ptr, ptr)
declare void @_Py_FatalErrorFunc(ptr, ptr)
declare {i64, i1} @llvm.smul.with.overflow.i64(i64, i64)
declare void @llvm.trap()
declare ptr @PyErr_NoMemory()
declare i32 @_setjmp(ptr) returns_twice
declare void @longjmp(ptr, i32) noreturn
declare i32 @clock_gettime(i32, ptr)

; ---------------------------------------------------------------- references

define internal i1 @is_object(i64 %w) alwaysinline {
  %l = and i64 %w, 3
  %r = icmp eq i64 %l, 0
  ret i1 %r
}

; Only where references are checked: ends the program, and tells where it is in Python, when there
; is no object at an address, or one that is gone.
@text_checked = private unnamed_addr constant [13 x i8] c"machine code\00"
@text_no_object = private unnamed_addr constant [37 x i8] c"a reference to what is no object now\00"
define internal void @check_object(ptr %p) noinline {
  %a = ptrtoint ptr %p to i64
  %low = and i64 %a, 7
  %aligned = icmp eq i64 %low, 0
  %high = icmp ugt i64 %a, 65535
  %address = and i1 %aligned, %high
  br i1 %address, label %object, label %bad
object:
  %rc = load $COUNT_BITS, ptr %p
  %alive = icmp ne $COUNT_BITS %rc, 0
  %ta = getelementptr i8, ptr %p, i64 8
  %t = load i64, ptr %ta
  %tlow = and i64 %t, 7
  %taligned = icmp eq i64 %tlow, 0
  %thigh = icmp ugt i64 %t, 65535
  %type = and i1 %taligned, %thigh
  %fine = and i1 %alive, %type
  br i1 %fine, label %counted, label %bad
counted:
  ; what has been freed twice, or holds an address where its count was
  %upper = getelementptr i8, ptr %p, i64 4
  %most = load i32, ptr %upper
  %few = icmp ule i32 %most, 1
  br i1 %few, label %done, label %bad
bad:
  call void @_Py_FatalErrorFunc(ptr @text_checked, ptr @text_no_object)
  unreachable
done:
  ret void
}

define internal void @incref_o(i64 %w) alwaysinline {
  %p = inttoptr i64 %w to ptr
$INCREF
}

define internal void @incref(i64 %w) alwaysinline {
  %o = call i1 @is_object(i64 %w)
  br i1 %o, label %yes, label %no
yes:
  call void @incref_o(i64 %w)
  br label %no
no:
  ret void
}

define internal void @decref_o(i64 %w) alwaysinline {
  %p = inttoptr i64 %w to ptr
$DECREF
dead:
  call void @free_object(ptr %p)
  br label %done
done:
  ret void
}

define internal void @decref(i64 %w) alwaysinline {
  %o = call i1 @is_object(i64 %w)
  br i1 %o, label %yes, label %no
yes:
  call void @decref_o(i64 %w)
  br label %no
no:
  ret void
}

; List cells that nobody needs any more are kept for the next ones: @cells leads to the first, whose
; head leads to the next; @cell_count tells how many there are. They keep the reference to their
; type, and the collector does not know of them: terms form no cycles.
@cells = external global ptr
@cell_count = external global i64

; An object whose last reference is gone. Long lists and lists in lists are freed without recursion:
; cells that wait are chained by their reference counts.
define internal void @free_object(ptr %first) noinline {
entry:
  br label %next
next:
  %p = phi ptr [ %first, %entry ], [ %waiting1, %continue ]
  %chain = phi ptr [ null, %entry ], [ %chain1, %continue ]
  %ta = getelementptr i8, ptr %p, i64 8
  %t = load i64, ptr %ta
  %cons = icmp eq i64 %t, $T_Cons
  br i1 %cons, label %cell, label %other
other:
  %float = icmp eq i64 %t, $T_Float
  br i1 %float, label %number, label %plain
number:
  call void @free_float(ptr %p)
  br label %pop
plain:
  call void @_Py_Dealloc(ptr %p)
  br label %pop
cell:
  %ha = getelementptr i8, ptr %p, i64 $CONS_HEAD
  %la = getelementptr i8, ptr %p, i64 $CONS_TAIL
  %h = load i64, ptr %ha
  %l = load i64, ptr %la
  %n = load i64, ptr @cell_count
  %full = icmp sge i64 %n, $MAX_CELLS
  br i1 %full, label %give, label %keep
give:
  store i64 0, ptr %p
  store i64 0, ptr %ha
  store i64 0, ptr %la
  call void @_Py_Dealloc(ptr %p)
  br label %head
keep:
  call void @untrack(ptr %p)
  %f = load ptr, ptr @cells
  store ptr %f, ptr %ha
  store i64 0, ptr %la
  store ptr %p, ptr @cells
  %n1 = add i64 %n, 1
  store i64 %n1, ptr @cell_count
$POISON
  br label %head
head:
  %chain2 = call ptr @release_into(i64 %h, ptr %chain)
  %chain3 = call ptr @release_into(i64 %l, ptr %chain2)
  br label %pop
pop:
  %chain4 = phi ptr [ %chain, %number ], [ %chain, %plain ], [ %chain3, %head ]
  %end = icmp eq ptr %chain4, null
  br i1 %end, label %done, label %continue
continue:
  %waiting1 = phi ptr [ %chain4, %pop ]
  %chain1 = load ptr, ptr %waiting1
  br label %next
done:
  ret void
}

; The collector need not know of an object; of what machine code made it does not.
define internal void @untrack(ptr %p) alwaysinline {
  %ga = getelementptr i8, ptr %p, i64 $GC_NEXT
  %g = load i64, ptr %ga
  %tracked = icmp ne i64 %g, 0
  br i1 %tracked, label %untrack, label %done
untrack:
  call void @PyObject_GC_UnTrack(ptr %p)
  br label %done
done:
  ret void
}

; Take a reference away; a cell that dies of it goes into the chain.
define internal ptr @release_into(i64 %w, ptr %chain) {
  %p = inttoptr i64 %w to ptr
  %null = icmp eq i64 %w, 0
  br i1 %null, label %done, label %object
object:
$DECREF
dead:
  %ta = getelementptr i8, ptr %p, i64 8
  %t = load i64, ptr %ta
  %cons = icmp eq i64 %t, $T_Cons
  br i1 %cons, label %cell, label %other
cell:
  store ptr %chain, ptr %p
  ret ptr %p
other:
  %float = icmp eq i64 %t, $T_Float
  br i1 %float, label %number, label %plain
number:
  call void @free_float(ptr %p)
  ret ptr %chain
plain:
  call void @_Py_Dealloc(ptr %p)
  ret ptr %chain
done:
  ret ptr %chain
}

; ---------------------------------------------------------------- integers

; A word as an object, with a new reference.
define internal i64 @box(i64 %w) alwaysinline {
  %t = trunc i64 %w to i1
  br i1 %t, label %number, label %object
number:
  %b = call i64 @box_number(i64 %w)
  ret i64 %b
object:
  call void @incref_o(i64 %w)
  ret i64 %w
}

define internal i64 @box_number(i64 %w) {
  %v = ashr i64 %w, 1
  %u = add i64 %v, 5
  %small = icmp ult i64 %u, 262
  br i1 %small, label %table, label %new
table:
  %o = mul i64 %v, $SMALL_STEP
  %a = add i64 %o, $SMALL_INTS
  call void @incref_o(i64 %a)
  ret i64 %a
new:
  %p_raw = call ptr @PyLong_FromLongLong(i64 %v)
  %p = call ptr @there(ptr %p_raw)
  %r = ptrtoint ptr %p to i64
  ret i64 %r
}

; As a small integer if it is one, else the word itself.
define internal i64 @normal(i64 %w) {
  %o = call i1 @is_object(i64 %w)
  br i1 %o, label %object, label %same
object:
  %p = inttoptr i64 %w to ptr
  %ta = getelementptr i8, ptr %p, i64 8
  %t = load i64, ptr %ta
  %int = icmp eq i64 %t, $T_int
  br i1 %int, label %number, label %same
number:
  %sa = getelementptr i8, ptr %p, i64 16
  %s = load i64, ptr %sa
$INT_SIZE
  %fits = icmp ule i64 %digits, 2
  br i1 %fits, label %fit, label %same
fit:
  %da = getelementptr i8, ptr %p, i64 24
  %d0 = load i32, ptr %da
  %l = zext i32 %d0 to i64
  %two = icmp eq i64 %digits, 2
  br i1 %two, label %long, label %join
long:
  %ea = getelementptr i8, ptr %p, i64 28
  %d1 = load i32, ptr %ea
  %h0 = zext i32 %d1 to i64
  %h1 = shl i64 %h0, 30
  %v2 = or i64 %l, %h1
  br label %join
join:
  %m0 = phi i64 [ %l, %fit ], [ %v2, %long ]
  %none = icmp eq i64 %digits, 0
  %m = select i1 %none, i64 0, i64 %m0
  %minus = sub i64 0, %m
  %v = select i1 %negative, i64 %minus, i64 %m
  %r0 = shl i64 %v, 1
  %r = or i64 %r0, 1
  ret i64 %r
same:
  ret i64 %w
}

; Both words as small integers.
define internal i1 @both_small(i64 %a, i64 %b) alwaysinline {
  %c = and i64 %a, %b
  %r = trunc i64 %c to i1
  ret i1 %r
}

; The word of a number of less than 64 bits.
define internal i64 @number(i64 %v) alwaysinline {
  %u = add i64 %v, 576460752303423488
  %fits = icmp ult i64 %u, 1152921504606846976
  br i1 %fits, label %small, label %large, !prof !0
small:
  %s = shl i64 %v, 1
  %r = or i64 %s, 1
  ret i64 %r
large:
  %p_raw = call ptr @PyLong_FromLongLong(i64 %v)
  %p = call ptr @there(ptr %p_raw)
  %q = ptrtoint ptr %p to i64
  ret i64 %q
}

define internal i64 @prim_add(i64 %a, i64 %b) alwaysinline {
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %slow, !prof !0
fast:
  %x = ashr i64 %a, 1
  %y = ashr i64 %b, 1
  %s = add i64 %x, %y
  %r = call i64 @number(i64 %s)
  ret i64 %r
slow:
  %t = call i64 @slow_add(i64 %a, i64 %b)
  ret i64 %t
}

define internal i64 @slow_add(i64 %a, i64 %b) noinline {
  %x = call i64 @normal(i64 %a)
  %y = call i64 @normal(i64 %b)
  %both = call i1 @both_small(i64 %x, i64 %y)
  br i1 %both, label %fast, label %no
fast:
  %r = call i64 @prim_add(i64 %x, i64 %y)
  ret i64 %r
no:
  %f = call i64 @floats_add(i64 %x, i64 %y)
  ret i64 %f
}

define internal i64 @prim_sub(i64 %a, i64 %b) alwaysinline {
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %slow, !prof !0
fast:
  %x = ashr i64 %a, 1
  %y = ashr i64 %b, 1
  %s = sub i64 %x, %y
  %r = call i64 @number(i64 %s)
  ret i64 %r
slow:
  %t = call i64 @slow_sub(i64 %a, i64 %b)
  ret i64 %t
}

define internal i64 @slow_sub(i64 %a, i64 %b) noinline {
  %x = call i64 @normal(i64 %a)
  %y = call i64 @normal(i64 %b)
  %both = call i1 @both_small(i64 %x, i64 %y)
  br i1 %both, label %fast, label %no
fast:
  %r = call i64 @prim_sub(i64 %x, i64 %y)
  ret i64 %r
no:
  %f = call i64 @floats_sub(i64 %x, i64 %y)
  ret i64 %f
}

define internal i64 @prim_mul(i64 %a0, i64 %b0) noinline {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %other, !prof !0
fast:
  %x = ashr i64 %a, 1
  %y = ashr i64 %b, 1
  %m = call {i64, i1} @llvm.smul.with.overflow.i64(i64 %x, i64 %y)
  %v = extractvalue {i64, i1} %m, 0
  %o = extractvalue {i64, i1} %m, 1
  br i1 %o, label %no, label %fits, !prof !1
fits:
  %r = call i64 @number(i64 %v)
  ret i64 %r
other:
  %f = call i64 @floats_mul(i64 %a, i64 %b)
  ret i64 %f
no:
  ret i64 0
}

define internal i64 @prim_div(i64 %a0, i64 %b0) noinline {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  %zero = icmp eq i64 %b, 1
  %nonzero = xor i1 %zero, true
  %ok = and i1 %both, %nonzero
  br i1 %ok, label %fast, label %no, !prof !0
fast:
  %x = ashr i64 %a, 1
  %y = ashr i64 %b, 1
  %v = sdiv i64 %x, %y
  %r = call i64 @number(i64 %v)
  ret i64 %r
no:
  ret i64 0
}

define internal i64 @prim_rem(i64 %a0, i64 %b0) noinline {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  %zero = icmp eq i64 %b, 1
  %nonzero = xor i1 %zero, true
  %ok = and i1 %both, %nonzero
  br i1 %ok, label %fast, label %no, !prof !0
fast:
  %x = ashr i64 %a, 1
  %y = ashr i64 %b, 1
  %v = srem i64 %x, %y
  %r = call i64 @number(i64 %v)
  ret i64 %r
no:
  ret i64 0
}

; The words of `normal` reach from 1 - 2^60 to 2^60 - 1; of two of them, band and bxor may make
; -2^60, for which there is no word.
define internal i64 @prim_band(i64 %a0, i64 %b0) {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %no
fast:
  %x = and i64 %a, %b
  %v = ashr i64 %x, 1
  %r = call i64 @number(i64 %v)
  ret i64 %r
no:
  ret i64 0
}

define internal i64 @prim_bor(i64 %a0, i64 %b0) {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  %r = or i64 %a, %b
  %s = select i1 %both, i64 %r, i64 0
  ret i64 %s
}

define internal i64 @prim_bxor(i64 %a0, i64 %b0) {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %no
fast:
  %x = xor i64 %a, %b
  %v = ashr i64 %x, 1
  %r = call i64 @number(i64 %v)
  ret i64 %r
no:
  ret i64 0
}

define internal i64 @prim_bsr(i64 %a0, i64 %b0) noinline {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  %n = ashr i64 %b, 1
  %in = icmp ult i64 %n, 64
  %ok = and i1 %both, %in
  br i1 %ok, label %fast, label %no
fast:
  %x = ashr i64 %a, 1
  %v = ashr i64 %x, %n
  %r = call i64 @number(i64 %v)
  ret i64 %r
no:
  ret i64 0
}

define internal i64 @prim_bsl(i64 %a0, i64 %b0) noinline {
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  %n = ashr i64 %b, 1
  %in = icmp ult i64 %n, 59
  %ok = and i1 %both, %in
  br i1 %ok, label %fast, label %no
fast:
  %x = ashr i64 %a, 1
  %v = shl i64 %x, %n
  %back = ashr i64 %v, %n
  %same = icmp eq i64 %back, %x
  br i1 %same, label %fits, label %no
fits:
  %r = call i64 @number(i64 %v)
  ret i64 %r
no:
  ret i64 0
}

; ---------------------------------------------------------------- tests

define internal i1 @is_of(i64 %w, i64 %type) alwaysinline {
  %o = call i1 @is_object(i64 %w)
  br i1 %o, label %yes, label %no
yes:
  %p = inttoptr i64 %w to ptr
  %ta = getelementptr i8, ptr %p, i64 8
  %t = load i64, ptr %ta
  %r = icmp eq i64 %t, %type
  ret i1 %r
no:
  ret i1 false
}

define internal i1 @prim_is_nil(i64 %a) alwaysinline {
  %r = icmp eq i64 %a, $O_NIL
  ret i1 %r
}
define internal i1 @prim_is_cons(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Cons)
  ret i1 %r
}
define internal i1 @prim_is_list(i64 %a) alwaysinline {
  %c = call i1 @is_of(i64 %a, i64 $T_Cons)
  %n = icmp eq i64 %a, $O_NIL
  %r = or i1 %c, %n
  ret i1 %r
}
define internal i1 @prim_is_tuple(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_tuple)
  ret i1 %r
}
define internal i1 @prim_is_atom(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Atom)
  ret i1 %r
}
define internal i1 @prim_is_boolean(i64 %a) alwaysinline {
  %t = icmp eq i64 %a, $O_TRUE
  %f = icmp eq i64 %a, $O_FALSE
  %r = or i1 %t, %f
  ret i1 %r
}
define internal i1 @prim_is_integer(i64 %a) alwaysinline {
  %t = trunc i64 %a to i1
  %o = call i1 @is_of(i64 %a, i64 $T_int)
  %r = or i1 %t, %o
  ret i1 %r
}
define internal i1 @prim_is_float(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Float)
  ret i1 %r
}
define internal i1 @prim_is_number(i64 %a) alwaysinline {
  %i = call i1 @prim_is_integer(i64 %a)
  %f = call i1 @is_of(i64 %a, i64 $T_Float)
  %r = or i1 %i, %f
  ret i1 %r
}
define internal i1 @prim_is_bitstring(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Bitstring)
  ret i1 %r
}
define internal i1 @prim_is_bitstr(i64 %a) alwaysinline {
  %b = call i1 @is_of(i64 %a, i64 $T_Bitstring)
  %c = call i1 @is_of(i64 %a, i64 $T_MatchContext)
  %r = or i1 %b, %c
  ret i1 %r
}
define internal i1 @prim_is_map(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Map)
  ret i1 %r
}
define internal i1 @prim_is_pid(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Pid)
  ret i1 %r
}
define internal i1 @prim_is_port(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Port)
  ret i1 %r
}
define internal i1 @prim_is_reference(i64 %a) alwaysinline {
  %r = call i1 @is_of(i64 %a, i64 $T_Reference)
  ret i1 %r
}
define internal i1 @prim_is_function(i64 %a) alwaysinline {
  %f = call i1 @is_of(i64 %a, i64 $T_Fun)
  %e = call i1 @is_of(i64 %a, i64 $T_ExternalFun)
  %r = or i1 %f, %e
  ret i1 %r
}
define internal i8 @prim_is_binary(i64 %a) {
  %b = call i1 @is_of(i64 %a, i64 $T_Bitstring)
  br i1 %b, label %size, label %no
size:
  %s = call i64 @slot(i64 %a, i64 $BITS_SIZE)
  %n = call i64 @normal(i64 %s)
  %bits = and i64 %n, 14
  %whole = icmp eq i64 %bits, 0
  %r = zext i1 %whole to i8
  ret i8 %r
no:
  ret i8 0
}
define internal i1 @prim_same_atom(i64 %a, i64 %b) alwaysinline {
  %r = icmp eq i64 %a, %b
  ret i1 %r
}
define internal i64 @borrow_truth(i1 %b) alwaysinline {
  %r = select i1 %b, i64 $O_TRUE, i64 $O_FALSE
  ret i64 %r
}

; ---------------------------------------------------------------- comparison

define internal i8 @prim_eq(i64 %a, i64 %b) alwaysinline {
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %slow, !prof !0
fast:
  %c = icmp eq i64 %a, %b
  %r = zext i1 %c to i8
  ret i8 %r
slow:
  %s = call i8 @same_terms(i64 %a, i64 %b)
  %unequal = icmp eq i8 %s, 0
  br i1 %unequal, label %numbers, label %known
known:
  ret i8 %s
numbers:
  ; 1 == 1.0
  %o = call i64 @order(i64 %a, i64 %b, i64 $DEPTH, i1 false)
  %given_up = icmp eq i64 %o, 2
  %equal = icmp eq i64 %o, 0
  %e = zext i1 %equal to i8
  %t = select i1 %given_up, i8 2, i8 %e
  ret i8 %t
}

define internal i8 @prim_eq_exact(i64 %a, i64 %b) alwaysinline {
  %c = icmp eq i64 %a, %b
  br i1 %c, label %yes, label %differ
yes:
  ret i8 1
differ:
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %no, label %slow
no:
  ret i8 0
slow:
  %s = call i8 @same_terms(i64 %a, i64 %b)
  ret i8 %s
}

; Are they the same term?
define internal i8 @same_terms(i64 %a, i64 %b) noinline {
  %r = call i8 @same_to(i64 %a, i64 %b, i64 $DEPTH)
  ret i8 %r
}

; The same, of terms in terms down to a depth: what is deeper is for Python.
define internal i8 @same_to(i64 %a00, i64 %b00, i64 %depth) {
entry:
  %stop = icmp eq i64 %depth, 0
  br i1 %stop, label %unknown, label %start
start:
  %a0 = phi i64 [ %a00, %entry ], [ %ta2, %tails ]
  %b0 = phi i64 [ %b00, %entry ], [ %tb2, %tails ]
  %same = icmp eq i64 %a0, %b0
  br i1 %same, label %yes, label %differ
yes:
  ret i8 1
differ:
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %equal = icmp eq i64 %a, %b
  br i1 %equal, label %yes, label %objects
objects:
  %any = or i64 %a, %b
  %small = trunc i64 %any to i1
  br i1 %small, label %no, label %types
types:
  %ta = call i64 @slot(i64 %a, i64 8)
  %tb = call i64 @slot(i64 %b, i64 8)
  %one = icmp eq i64 %ta, %tb
  br i1 %one, label %compare, label %no
compare:
  %atom = icmp eq i64 %ta, $T_Atom
  br i1 %atom, label %no, label %compare2
compare2:
  %cons = icmp eq i64 %ta, $T_Cons
  br i1 %cons, label %heads, label %compare3
compare3:
  %tuple = icmp eq i64 %ta, $T_tuple
  br i1 %tuple, label %tuples, label %compare4
compare4:
  %float = icmp eq i64 %ta, $T_Float
  br i1 %float, label %floats, label %unknown
no:
  ret i8 0
unknown:
  ret i8 2
heads:
  %ha = call i64 @slot(i64 %a, i64 $CONS_HEAD)
  %hb = call i64 @slot(i64 %b, i64 $CONS_HEAD)
  %deeper = sub i64 %depth, 1
  %h = call i8 @same_to(i64 %ha, i64 %hb, i64 %deeper)
  %go_on = icmp eq i8 %h, 1
  br i1 %go_on, label %tails, label %known
tails:
  %ta2 = call i64 @slot(i64 %a, i64 $CONS_TAIL)
  %tb2 = call i64 @slot(i64 %b, i64 $CONS_TAIL)
  br label %start
known:
  ret i8 %h
tuples:
  %na = call i64 @slot(i64 %a, i64 16)
  %nb = call i64 @slot(i64 %b, i64 16)
  %sized = icmp eq i64 %na, %nb
  br i1 %sized, label %elements, label %no
elements:
  %i = phi i64 [ 0, %tuples ], [ %i1, %next ]
  %end = icmp eq i64 %i, %na
  br i1 %end, label %yes, label %element
element:
  %ea = call i64 @borrow_tuple_get(i64 %a, i64 %i)
  %eb = call i64 @borrow_tuple_get(i64 %b, i64 %i)
  %deeper2 = sub i64 %depth, 1
  %e = call i8 @same_to(i64 %ea, i64 %eb, i64 %deeper2)
  %i1 = add i64 %i, 1
  %more = icmp eq i8 %e, 1
  br i1 %more, label %next, label %known_element
next:
  br label %elements
known_element:
  ret i8 %e
floats:
  %pa = inttoptr i64 %a to ptr
  %pb = inttoptr i64 %b to ptr
  %fpa = getelementptr i8, ptr %pa, i64 $FLOAT
  %fpb = getelementptr i8, ptr %pb, i64 $FLOAT
  %fa = load double, ptr %fpa
  %fb = load double, ptr %fpb
  %feq = fcmp oeq double %fa, %fb
  br i1 %feq, label %zero, label %no
zero:
  ; whether 0.0 and -0.0 are the same depends on the release
  %z = fcmp oeq double %fa, 0.0
  br i1 %z, label %unknown, label %yes
}

; ---------------------------------------------------------------- data

define internal i64 @slot(i64 %a, i64 %offset) alwaysinline {
  %p = inttoptr i64 %a to ptr
  %q = getelementptr i8, ptr %p, i64 %offset
  %r = load i64, ptr %q
  ret i64 %r
}
define internal i64 @borrow_hd(i64 %a) alwaysinline {
  %r = call i64 @slot(i64 %a, i64 $CONS_HEAD)
  ret i64 %r
}
define internal i64 @borrow_tl(i64 %a) alwaysinline {
  %r = call i64 @slot(i64 %a, i64 $CONS_TAIL)
  ret i64 %r
}
define internal i64 @find_head(i64 %a) alwaysinline {
  %c = call i1 @is_of(i64 %a, i64 $T_Cons)
  br i1 %c, label %yes, label %no
yes:
  %r = call i64 @slot(i64 %a, i64 $CONS_HEAD)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @find_tail(i64 %a) alwaysinline {
  %c = call i1 @is_of(i64 %a, i64 $T_Cons)
  br i1 %c, label %yes, label %no
yes:
  %r = call i64 @slot(i64 %a, i64 $CONS_TAIL)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @uint_tuple_arity(i64 %a) alwaysinline {
  %r = call i64 @slot(i64 %a, i64 16)
  ret i64 %r
}
define internal i64 @borrow_tuple_get(i64 %a, i64 %i) alwaysinline {
  %p = inttoptr i64 %a to ptr
  %q = getelementptr i8, ptr %p, i64 24
  %s = getelementptr i64, ptr %q, i64 %i
  %r = load i64, ptr %s
  ret i64 %r
}
define internal i64 @find_element(i64 %n0, i64 %t) {
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
  %r = call i64 @borrow_tuple_get(i64 %t, i64 %i)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @prim_tuple_size(i64 %t) {
  %tuple = call i1 @is_of(i64 %t, i64 $T_tuple)
  br i1 %tuple, label %yes, label %no
yes:
  %size = call i64 @slot(i64 %t, i64 16)
  %s = shl i64 %size, 1
  %r = or i64 %s, 1
  ret i64 %r
no:
  ret i64 0
}

; Take off the reductions that going through so many elements is worth (see ELEMENTS). Who calls a
; function with this has the reductions in the block.
define internal void @charge(ptr %p, i64 %elements) alwaysinline {
  %a = getelementptr i64, ptr %p, i64 $REDUCTIONS
  %r = load i64, ptr %a
  %n = udiv i64 %elements, $ELEMENTS
  %r1 = sub i64 %r, %n
  store i64 %r1, ptr %a
  ret void
}
define internal i64 @prim_length(ptr %p, i64 %a) noinline {
entry:
  br label %next
next:
  %l = phi i64 [ %a, %entry ], [ %t, %more ]
  %n = phi i64 [ 1, %entry ], [ %n1, %more ]
  %c = call i1 @is_of(i64 %l, i64 $T_Cons)
  br i1 %c, label %more, label %end
more:
  %t = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  %n1 = add i64 %n, 2
  br label %next
end:
  %proper = icmp eq i64 %l, $O_NIL
  %length = lshr i64 %n, 1
  %elements = select i1 %proper, i64 %length, i64 0
  call void @charge(ptr %p, i64 %elements)
  %r = select i1 %proper, i64 %n, i64 0
  ret i64 %r
}

define internal i64 @new_cons(i64 %h, i64 %t) alwaysinline {
  %ho = call i64 @box(i64 %h)
  %to = call i64 @box(i64 %t)
  %p = load ptr, ptr @cells
  %none = icmp eq ptr %p, null
  br i1 %none, label %new, label %old, !prof !1
old:
  %na = getelementptr i8, ptr %p, i64 $CONS_HEAD
  %n = load ptr, ptr %na
  store ptr %n, ptr @cells
  %c = load i64, ptr @cell_count
  %c1 = sub i64 %c, 1
  store i64 %c1, ptr @cell_count
  store i64 1, ptr %p
  br label %fill
new:
  %q = call ptr @new_cell()
  br label %fill
fill:
  %r = phi ptr [ %p, %old ], [ %q, %new ]
  %ha = getelementptr i8, ptr %r, i64 $CONS_HEAD
  %ta = getelementptr i8, ptr %r, i64 $CONS_TAIL
  store i64 %ho, ptr %ha
  store i64 %to, ptr %ta
  %w = ptrtoint ptr %r to i64
  ret i64 %w
}
define internal ptr @new_cell() noinline {
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Cons to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
  call void @PyObject_GC_UnTrack(ptr %q)
  ret ptr %q
}

; ---------------------------------------------------------------- built-in functions on lists

; Longer lists are for Python. What is done here is worth reductions, so that others get their turn.
define internal i64 @prim_bif_lists_reverse_2(ptr %p, i64 %list, i64 %tail) noinline {
entry:
  %t = call i64 @box(i64 %tail)
  br label %next
next:
  %l = phi i64 [ %list, %entry ], [ %l1, %cell ]
  %r = phi i64 [ %t, %entry ], [ %r1, %cell ]
  %n = phi i64 [ 0, %entry ], [ %n1, %cell ]
  %c = call i1 @is_of(i64 %l, i64 $T_Cons)
  %short = icmp ult i64 %n, $LONG
  %go = and i1 %c, %short
  br i1 %go, label %cell, label %end
cell:
  %h = call i64 @slot(i64 %l, i64 $CONS_HEAD)
  %r1 = call i64 @new_cons(i64 %h, i64 %r)
  call void @decref_o(i64 %r)
  %l1 = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  %n1 = add i64 %n, 1
  br label %next
end:
  %proper = icmp eq i64 %l, $O_NIL
  br i1 %proper, label %done, label %no
done:
  call void @charge(ptr %p, i64 %n)
  ret i64 %r
no:
  call void @decref_o(i64 %r)
  ret i64 0
}

define internal i64 @prim_bif_lists_member_2(ptr %p, i64 %x, i64 %list) noinline {
entry:
  br label %next
next:
  %l = phi i64 [ %list, %entry ], [ %l1, %other ]
  %n = phi i64 [ 0, %entry ], [ %n1, %other ]
  %c = call i1 @is_of(i64 %l, i64 $T_Cons)
  %short = icmp ult i64 %n, $LONG
  %go = and i1 %c, %short
  br i1 %go, label %cell, label %end
cell:
  %h = call i64 @slot(i64 %l, i64 $CONS_HEAD)
  %s = call i8 @prim_eq_exact(i64 %h, i64 %x)
  switch i8 %s, label %no [ i8 0, label %other
                            i8 1, label %yes ]
other:
  %l1 = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  %n1 = add i64 %n, 1
  br label %next
yes:
  call void @charge(ptr %p, i64 %n)
  call void @incref_o(i64 $O_TRUE)
  ret i64 $O_TRUE
end:
  %proper = icmp eq i64 %l, $O_NIL
  br i1 %proper, label %absent, label %no
absent:
  call void @charge(ptr %p, i64 %n)
  call void @incref_o(i64 $O_FALSE)
  ret i64 $O_FALSE
no:
  ret i64 0
}

; The tuple, or false; 0 to give up.
define internal i64 @prim_bif_lists_keyfind_3(ptr %p, i64 %key, i64 %n0, i64 %list) noinline {
entry:
  %position = call i64 @normal(i64 %n0)
  %small = trunc i64 %position to i1
  br i1 %small, label %start, label %no
start:
  %i0 = ashr i64 %position, 1
  %i = sub i64 %i0, 1
  %far = icmp ugt i64 %i, 2147483647
  br i1 %far, label %no, label %next
next:
  %l = phi i64 [ %list, %start ], [ %l1, %other ]
  %n = phi i64 [ 0, %start ], [ %n1, %other ]
  %c = call i1 @is_of(i64 %l, i64 $T_Cons)
  %short = icmp ult i64 %n, $LONG
  %go = and i1 %c, %short
  br i1 %go, label %cell, label %end
cell:
  %h = call i64 @slot(i64 %l, i64 $CONS_HEAD)
  %tuple = call i1 @is_of(i64 %h, i64 $T_tuple)
  br i1 %tuple, label %sized, label %other
sized:
  %size = call i64 @slot(i64 %h, i64 16)
  %in = icmp ult i64 %i, %size
  br i1 %in, label %look, label %other
look:
  %e = call i64 @borrow_tuple_get(i64 %h, i64 %i)
  %s = call i8 @prim_eq(i64 %e, i64 %key)
  switch i8 %s, label %no [ i8 0, label %other
                            i8 1, label %yes ]
other:
  %l1 = call i64 @slot(i64 %l, i64 $CONS_TAIL)
  %n1 = add i64 %n, 1
  br label %next
yes:
  call void @charge(ptr %p, i64 %n)
  call void @incref_o(i64 %h)
  ret i64 %h
end:
  %proper = icmp eq i64 %l, $O_NIL
  br i1 %proper, label %absent, label %no
absent:
  call void @charge(ptr %p, i64 %n)
  call void @incref_o(i64 $O_FALSE)
  ret i64 $O_FALSE
no:
  ret i64 0
}

; ---------------------------------------------------------------- control

; The code in the slot of an object; 0 when there is none.
define internal i64 @borrow_export_code(i64 %e) alwaysinline {
  %r = call i64 @slot(i64 %e, i64 $EXPORT_CODE)
  ret i64 %r
}
define internal i1 @prim_is_fun(i64 %f, i64 %n) alwaysinline {
  %fun = call i1 @is_of(i64 %f, i64 $T_Fun)
  br i1 %fun, label %yes, label %no
yes:
  %a = call i64 @slot(i64 %f, i64 $FUN_ARITY)
  %m = call i64 @normal(i64 %a)
  %w0 = shl i64 %n, 1
  %w = or i64 %w0, 1
  %r = icmp eq i64 %m, %w
  ret i1 %r
no:
  ret i1 false
}
define internal i1 @prim_is_external_fun(i64 %f, i64 %n) alwaysinline {
  %fun = call i1 @is_of(i64 %f, i64 $T_ExternalFun)
  br i1 %fun, label %yes, label %no
yes:
  %a = call i64 @slot(i64 %f, i64 $EXTERNAL_ARITY)
  %m = call i64 @normal(i64 %a)
  %w0 = shl i64 %n, 1
  %w = or i64 %w0, 1
  %r = icmp eq i64 %m, %w
  ret i1 %r
no:
  ret i1 false
}
define internal i64 @find_fun_code(i64 %f) alwaysinline {
  %e = call i64 @slot(i64 %f, i64 $FUN_ENTRY)
  %l = call i1 @is_of(i64 %e, i64 $T_Lambda)
  br i1 %l, label %yes, label %no
yes:
  %r = call i64 @slot(i64 %e, i64 $LAMBDA_CODE)
  ret i64 %r
no:
  ret i64 0
}
define internal void @do_load_free_variables(ptr %p, i64 %f, i64 %n) noinline {
entry:
  ; the fun may be in the first of these registers
  call void @incref_o(i64 %f)
  %env = call i64 @slot(i64 %f, i64 $FUN_ENV)
  %k = call i64 @slot(i64 %env, i64 16)
  %base = getelementptr i8, ptr %p, i64 $XB
  %x = getelementptr i64, ptr %base, i64 %n
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %z = icmp eq i64 %i, %k
  br i1 %z, label %done, label %one
one:
  %v = call i64 @borrow_tuple_get(i64 %env, i64 %i)
  call void @incref_o(i64 %v)
  %xa = getelementptr i64, ptr %x, i64 %i
  %old = load i64, ptr %xa
  store i64 %v, ptr %xa
  call void @decref(i64 %old)
  %i1 = add i64 %i, 1
  br label %next
done:
  call void @decref_o(i64 %f)
  ret void
}

; A table of choices: how many, the dictionary where Python has to look for other keys, else 0; the
; first of the integers among the keys and how many places there are for integers from there on (0 when
; they are far apart), these places, 0 for those that are no key; and the pairs of key and place in
; the order of keys as unsigned words.
define internal ptr @choose(ptr %t, i64 %key, ptr %otherwise) {
entry:
  %ca = getelementptr i64, ptr %t, i64 3
  %count = load i64, ptr %ca
  %near = icmp ne i64 %count, 0
  %small = trunc i64 %key to i1
  %direct = and i1 %near, %small
  br i1 %direct, label %row, label %search
row:
  %fa = getelementptr i64, ptr %t, i64 2
  %first = load i64, ptr %fa
  %distance = sub i64 %key, %first
  %index = lshr i64 %distance, 1
  %in = icmp ult i64 %index, %count
  br i1 %in, label %place, label %none
place:
  %places = getelementptr i64, ptr %t, i64 4
  %sa = getelementptr ptr, ptr %places, i64 %index
  %there = load ptr, ptr %sa
  %empty = icmp eq ptr %there, null
  %chosen = select i1 %empty, ptr %otherwise, ptr %there
  ret ptr %chosen
search:
  %n = load i64, ptr %t
  %before = getelementptr i64, ptr %t, i64 4
  %pairs = getelementptr i64, ptr %before, i64 %count
  br label %next
next:
  %lo = phi i64 [ 0, %search ], [ %lo1, %step ]
  %hi = phi i64 [ %n, %search ], [ %hi1, %step ]
  %end = icmp uge i64 %lo, %hi
  br i1 %end, label %none, label %look
look:
  %s = add i64 %lo, %hi
  %mid = lshr i64 %s, 1
  %ka = getelementptr {i64, ptr}, ptr %pairs, i64 %mid
  %k = load i64, ptr %ka
  %found = icmp eq i64 %k, %key
  br i1 %found, label %hit, label %step
step:
  %below = icmp ult i64 %k, %key
  %mid1 = add i64 %mid, 1
  %lo1 = select i1 %below, i64 %mid1, i64 %lo
  %hi1 = select i1 %below, i64 %hi, i64 %mid
  br label %next
hit:
  %pa = getelementptr i64, ptr %ka, i64 1
  %p = load ptr, ptr %pa
  ret ptr %p
none:
  ret ptr %otherwise
}
; null: Python has to look
define internal ptr @place_select(ptr %t, i64 %a, ptr %otherwise) {
  %k = call i64 @normal(i64 %a)
  %small = trunc i64 %k to i1
  %atom = call i1 @is_of(i64 %k, i64 $T_Atom)
  %immediate = or i1 %small, %atom
  br i1 %immediate, label %here, label %other
here:
  %p = call ptr @choose(ptr %t, i64 %k, ptr %otherwise)
  ret ptr %p
other:
  %ma = getelementptr i64, ptr %t, i64 1
  %m = load i64, ptr %ma
  %more = icmp ne i64 %m, 0
  %r = select i1 %more, ptr null, ptr %otherwise
  ret ptr %r
}
define internal ptr @place_select_arity(ptr %t, i64 %a, ptr %otherwise) {
  %tuple = call i1 @is_of(i64 %a, i64 $T_tuple)
  br i1 %tuple, label %yes, label %no
yes:
  %n = call i64 @slot(i64 %a, i64 16)
  %s = shl i64 %n, 1
  %k = or i64 %s, 1
  %p = call ptr @choose(ptr %t, i64 %k, ptr %otherwise)
  ret ptr %p
no:
  ret ptr %otherwise
}

; ---------------------------------------------------------------- frames

define internal void @clear_frame(ptr %sp, i64 %n) {
entry:
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %j = xor i64 %i, -1
  %a = getelementptr i64, ptr %sp, i64 %j
  %w = load i64, ptr %a
  call void @decref(i64 %w)
  %i1 = add i64 %i, 1
  br label %next
done:
  ret void
}
define internal void @make_frame(ptr %sp, i64 %n) noinline {
entry:
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %a = getelementptr i64, ptr %sp, i64 %i
  store i64 1, ptr %a
  %i1 = add i64 %i, 1
  br label %next
done:
  ret void
}

; The word of an operand in a list: a constant, or where a register is (bits 10: x, 110: y).
define internal i64 @element_word(ptr %p, ptr %sp, i64 %d) alwaysinline {
  %a = call ptr @element_place(ptr %p, ptr %sp, i64 %d)
  %l = and i64 %d, 3
  %register = icmp eq i64 %l, 2
  br i1 %register, label %read, label %constant
read:
  %w = load i64, ptr %a
  ret i64 %w
constant:
  ret i64 %d
}
define internal ptr @element_place(ptr %p, ptr %sp, i64 %d) alwaysinline {
  %o = ashr i64 %d, 3
  %kind = and i64 %d, 4
  %y = icmp ne i64 %kind, 0
  %base = select i1 %y, ptr %sp, ptr %p
  %a = getelementptr i64, ptr %base, i64 %o
  ret ptr %a
}

; A tuple of the words of a list operand.
define internal i64 @tuple_of(ptr %p, ptr %sp, ptr %list) noinline {
entry:
  %n = load i64, ptr %list
  %t_raw = call ptr @PyTuple_New(i64 %n)
  %t = call ptr @there(ptr %t_raw)
  %items = getelementptr i8, ptr %t, i64 24
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %i1 = add i64 %i, 1
  %da = getelementptr i64, ptr %list, i64 %i1
  %d = load i64, ptr %da
  %w = call i64 @element_word(ptr %p, ptr %sp, i64 %d)
  %b = call i64 @box(i64 %w)
  %ia = getelementptr i64, ptr %items, i64 %i
  store i64 %b, ptr %ia
  br label %next
done:
  %r = ptrtoint ptr %t to i64
  ret i64 %r
}

; ---------------------------------------------------------------- no memory

; Where the processor goes back to when there is no memory (@run_handler).
@jump = external global ptr

; Memory that Python gave.
define internal ptr @there(ptr %p) alwaysinline {
  %none = icmp eq ptr %p, null
  br i1 %none, label %no, label %yes, !prof !1
no:
  call void @out_of_memory()
  unreachable
yes:
  ret ptr %p
}
define internal void @out_of_memory() noinline cold noreturn {
  %e = call ptr @PyErr_NoMemory()
  %j = load ptr, ptr @jump
  call void @longjmp(ptr %j, i32 1)
  unreachable
}

; ---------------------------------------------------------------- calls of Python

; Is the exception that is pending one of Erlang? Then forget it.
define internal i1 @caught() noinline cold {
  %r = call i32 @PyErr_ExceptionMatches(ptr inttoptr (i64 $T_BeamError to ptr))
  %c = icmp ne i32 %r, 0
  br i1 %c, label %yes, label %no
yes:
  call void @PyErr_Clear()
  ret i1 true
no:
  ret i1 false
}

; The reductions of one more turn, when there may be one without asking the scheduler; else 0.
define internal i64 @another_turn(ptr %p) noinline {
  %time = alloca {i64, i64}
  %ua = getelementptr i64, ptr %p, i64 $UNTIL
  %until = load i64, ptr %ua
  %none = icmp eq i64 %until, 0
  br i1 %none, label %no, label %may
may:
  %c = call i32 @clock_gettime(i32 $CLOCK, ptr %time)
  %s = load i64, ptr %time
  %na = getelementptr i64, ptr %time, i64 1
  %n = load i64, ptr %na
  %sn = mul i64 %s, 1000000000
  %now = add i64 %sn, %n
  %first = icmp eq i64 %until, 1
  br i1 %first, label %begin, label %look
begin:
  %end = add i64 %now, $ALONE
  store i64 %end, ptr %ua
  br label %yes
look:
  %late = icmp sgt i64 %now, %until
  br i1 %late, label %no, label %yes
yes:
  %ra = getelementptr i64, ptr %p, i64 $TURN
  %turn = load i64, ptr %ra
  %ga = getelementptr i64, ptr %p, i64 $GRANTED
  %granted = load i64, ptr %ga
  %more = add i64 %granted, %turn
  store i64 %more, ptr %ga
  ret i64 %turn
no:
  ret i64 0
}

; A number that is no term as an object.
define internal i64 @box_raw(i64 %v) {
  %p_raw = call ptr @PyLong_FromLongLong(i64 %v)
  %p = call ptr @there(ptr %p_raw)
  %r = ptrtoint ptr %p to i64
  ret i64 %r
}

; The object that stands for a place in Python.
define internal i64 @code_object(i64 %address) noinline {
  %n = call i64 @box_raw(i64 %address)
  %r = call i64 @python1(i64 $F_code_at, i64 %n)
  %rp = inttoptr i64 %r to ptr
  %there = call ptr @there(ptr %rp)
  ret i64 %r
}

; The elements of a tuple into the registers of a list operand.
define internal void @spread(ptr %p, ptr %sp, ptr %list, i64 %tuple) noinline {
entry:
  %n = load i64, ptr %list
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %i1 = add i64 %i, 1
  %da = getelementptr i64, ptr %list, i64 %i1
  %d = load i64, ptr %da
  %a = call ptr @element_place(ptr %p, ptr %sp, i64 %d)
  %v = call i64 @borrow_tuple_get(i64 %tuple, i64 %i)
  call void @incref_o(i64 %v)
  %old = load i64, ptr %a
  store i64 %v, ptr %a
  call void @decref(i64 %old)
  br label %next
done:
  ret void
}

; ---------------------------------------------------------------- for Python

; Run from where the block says, until the processor is given back.
define void @run(ptr %p) {
  %ia = getelementptr i64, ptr %p, i64 $IP
  %ip = load ptr, ptr %ia
  %f = load ptr, ptr %ip
  call void @run_handler(ptr %p, ptr %f)
  ret void
}

; The same, with a handler that is not the one among the instruction's words. Where there is no
; memory, machine code is left as it stands.
define void @run_handler(ptr %p, ptr %f) {
  %here = alloca [$JUMP_BUFFER x i64], align 16
  %before = load ptr, ptr @jump
  store ptr %here, ptr @jump
  %jumped = call i32 @_setjmp(ptr %here) returns_twice
  %lacks = icmp ne i32 %jumped, 0
  br i1 %lacks, label %no, label %yes
yes:
  call void @start(ptr %p, ptr %f)
  br label %end
no:
  %sa = getelementptr i64, ptr %p, i64 $STATUS
  store i64 $STATUS_MEMORY, ptr %sa
  br label %end
end:
  store ptr %before, ptr @jump
  ret void
}

define internal void @start(ptr %p, ptr %f) noinline {
  %spa = getelementptr i64, ptr %p, i64 $SP
  %sp = load ptr, ptr %spa
  %ra = getelementptr i64, ptr %p, i64 $REDUCTIONS
  %reds = load i64, ptr %ra
  %ia = getelementptr i64, ptr %p, i64 $IP
  %ip = load ptr, ptr %ia
  call ghccc void %f(ptr %p, ptr %ip, ptr %sp, i64 %reds)
  ret void
}

; In the place of handlers when somebody watches: gives the processor back before the instruction.
define ghccc void @stop(ptr %p, ptr %ip, ptr %sp, i64 %reds) {
  call void @leave(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 0, i64 $STATUS_STEP)
  ret void
}

; Release words and leave small integers in their place.
define void @clear_words(ptr %first, i64 %n) {
entry:
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %a = getelementptr i64, ptr %first, i64 %i
  %w = load i64, ptr %a
  store i64 1, ptr %a
  call void @decref(i64 %w)
  %i1 = add i64 %i, 1
  br label %next
done:
  ret void
}

; Take words away from a place, leaving small integers.
define void @move_words(ptr %from, ptr %to, i64 %n) {
entry:
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %one
one:
  %a = getelementptr i64, ptr %from, i64 %i
  %b = getelementptr i64, ptr %to, i64 %i
  %w = load i64, ptr %a
  store i64 %w, ptr %b
  store i64 1, ptr %a
  %i1 = add i64 %i, 1
  br label %next
done:
  ret void
}

; The words of a function whose code is elsewhere: goes to the code in the function's slot.
define ghccc void @enter_function(ptr %p, ptr %ip, ptr %sp, i64 %reds) {
  %fa = getelementptr i64, ptr %ip, i64 1
  %f = load i64, ptr %fa
  %code = call i64 @slot(i64 %f, i64 $FUNCTION_CODE)
  %native = call i1 @is_of(i64 %code, i64 $T_NativeCode)
  br i1 %native, label %go, label %leave
go:
  %a = call i64 @slot(i64 %code, i64 32)
  %t = inttoptr i64 %a to ptr
  %h = load ptr, ptr %t
  musttail call ghccc void %h(ptr %p, ptr %t, ptr %sp, i64 %reds)
  ret void
leave:
  call void @incref_o(i64 %code)
  call void @to_python(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 %code)
  ret void
}

; The words of code of the reference engine.
define ghccc void @enter_python(ptr %p, ptr %ip, ptr %sp, i64 %reds) {
  %ca = getelementptr i64, ptr %ip, i64 1
  %code = load i64, ptr %ca
  call void @incref_o(i64 %code)
  call void @to_python(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 %code)
  ret void
}

define internal void @to_python(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 %code) {
  call void @leave(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 %code, i64 $STATUS_PYTHON)
  ret void
}

define internal void @leave(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 %code, i64 %status) {
  %spa = getelementptr i64, ptr %p, i64 $SP
  store ptr %sp, ptr %spa
  %ra = getelementptr i64, ptr %p, i64 $REDUCTIONS
  store i64 %reds, ptr %ra
  %ia = getelementptr i64, ptr %p, i64 $IP
  store ptr %ip, ptr %ia
  %ca = getelementptr i64, ptr %p, i64 $CODE
  store i64 %code, ptr %ca
  %sa = getelementptr i64, ptr %p, i64 $STATUS
  store i64 %status, ptr %sa
  ret void
}
