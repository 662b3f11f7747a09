; The order of terms.

declare i32 @PyUnicode_Compare(ptr, ptr)

; Where terms of a type stand in the order, by the type's address; -1 for types that Python orders.
define internal i64 @rank_of(i64 %t) {
$RANKS
}

; A number as a float, when that loses nothing: whether it does not, and the float.
define internal {i1, double} @exact_double(i64 %a0) noinline {
  %a = call i64 @normal(i64 %a0)
  %small = trunc i64 %a to i1
  br i1 %small, label %integer, label %object
integer:
  %v = ashr i64 %a, 1
  %u = add i64 %v, 9007199254740992
  %fits = icmp ule i64 %u, 18014398509481984
  %d = sitofp i64 %v to double
  %r0 = insertvalue {i1, double} undef, i1 %fits, 0
  %r1 = insertvalue {i1, double} %r0, double %d, 1
  ret {i1, double} %r1
object:
  %float = call i1 @is_of(i64 %a, i64 $T_Float)
  br i1 %float, label %value, label %no
value:
  %f = call double @float_value(i64 %a)
  %f0 = insertvalue {i1, double} undef, i1 true, 0
  %f1 = insertvalue {i1, double} %f0, double %f, 1
  ret {i1, double} %f1
no:
  ret {i1, double} {i1 false, double 0.0}
}
define internal double @float_value(i64 %a) alwaysinline {
  %p = inttoptr i64 %a to ptr
  %q = getelementptr i8, ptr %p, i64 $FLOAT
  %r = load double, ptr %q
  ret double %r
}

; -1, 0 or 1; 2 to give up: what is deep or seldom is for Python. With `exact`, integers come before
; all floats, as keys of maps do.
define internal i64 @order(i64 %a00, i64 %b00, i64 %depth, i1 %exact) noinline {
entry:
  %stop = icmp eq i64 %depth, 0
  br i1 %stop, label %unknown, label %start
start:
  %a0 = phi i64 [ %a00, %entry ], [ %ta2, %tails ]
  %b0 = phi i64 [ %b00, %entry ], [ %tb2, %tails ]
  %same = icmp eq i64 %a0, %b0
  br i1 %same, label %equal, label %differ
equal:
  ret i64 0
unknown:
  ret i64 2
differ:
  %a = call i64 @normal(i64 %a0)
  %b = call i64 @normal(i64 %b0)
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %integers, label %not_both
integers:
  %less = icmp slt i64 %a, %b
  %more = icmp sgt i64 %a, %b
  %up = zext i1 %more to i64
  %int = select i1 %less, i64 -1, i64 %up
  ret i64 %int
not_both:
  %small_a = trunc i64 %a to i1
  %small_b = trunc i64 %b to i1
  br i1 %small_a, label %typed_a, label %object_a
object_a:
  %type_a = call i64 @slot(i64 %a, i64 8)
  br label %typed_a
typed_a:
  %ta = phi i64 [ $T_int, %not_both ], [ %type_a, %object_a ]
  br i1 %small_b, label %typed, label %object_b
object_b:
  %type_b = call i64 @slot(i64 %b, i64 8)
  br label %typed
typed:
  %tb = phi i64 [ $T_int, %typed_a ], [ %type_b, %object_b ]
  %one = icmp eq i64 %ta, %tb
  br i1 %one, label %alike, label %ranks
ranks:
  %ra = call i64 @rank_of(i64 %ta)
  %rb = call i64 @rank_of(i64 %tb)
  %any = or i64 %ra, %rb
  %strange = icmp slt i64 %any, 0
  br i1 %strange, label %unknown, label %ranked
ranked:
  %numbers = icmp eq i64 %ra, %rb
  br i1 %numbers, label %different_numbers, label %by_rank
different_numbers:
  %integer_first = icmp eq i64 %ta, $T_int
  %by_type = select i1 %integer_first, i64 -1, i64 1
  br i1 %exact, label %exact_types, label %mixed
exact_types:
  ret i64 %by_type
by_rank:
  %lower = icmp slt i64 %ra, %rb
  %rank = select i1 %lower, i64 -1, i64 1
  ret i64 %rank
mixed:
  %da = call {i1, double} @exact_double(i64 %a)
  %db = call {i1, double} @exact_double(i64 %b)
  %ea = extractvalue {i1, double} %da, 0
  %eb = extractvalue {i1, double} %db, 0
  %both_exact = and i1 %ea, %eb
  br i1 %both_exact, label %floats, label %unknown
floats:
  %va = extractvalue {i1, double} %da, 1
  %vb = extractvalue {i1, double} %db, 1
  %fl = fcmp olt double %va, %vb
  %fg = fcmp ogt double %va, %vb
  %fu = zext i1 %fg to i64
  %fr = select i1 %fl, i64 -1, i64 %fu
  ; whether 0.0 and -0.0 are the same key depends on the release
  %same_value = icmp eq i64 %fr, 0
  %unsure = and i1 %same_value, %exact
  %f_or_2 = select i1 %unsure, i64 2, i64 %fr
  ret i64 %f_or_2
alike:
  %is_atom = icmp eq i64 %ta, $T_Atom
  br i1 %is_atom, label %atoms, label %alike2
alike2:
  %is_cons = icmp eq i64 %ta, $T_Cons
  br i1 %is_cons, label %heads, label %alike3
alike3:
  %is_tuple = icmp eq i64 %ta, $T_tuple
  br i1 %is_tuple, label %tuples, label %alike4
alike4:
  %is_float = icmp eq i64 %ta, $T_Float
  br i1 %is_float, label %mixed, label %unknown
atoms:
  %na = call i64 @slot(i64 %a, i64 $ATOM_NAME)
  %nb = call i64 @slot(i64 %b, i64 $ATOM_NAME)
  %pa = inttoptr i64 %na to ptr
  %pb = inttoptr i64 %nb to ptr
  %names = call i32 @PyUnicode_Compare(ptr %pa, ptr %pb)
  %name = sext i32 %names to i64
  ret i64 %name
heads:
  %ha = call i64 @slot(i64 %a, i64 $CONS_HEAD)
  %hb = call i64 @slot(i64 %b, i64 $CONS_HEAD)
  %deeper = sub i64 %depth, 1
  %h = call i64 @order(i64 %ha, i64 %hb, i64 %deeper, i1 %exact)
  %go_on = icmp eq i64 %h, 0
  br i1 %go_on, label %tails, label %known
tails:
  %ta2 = call i64 @slot(i64 %a, i64 $CONS_TAIL)
  %tb2 = call i64 @slot(i64 %b, i64 $CONS_TAIL)
  br label %start
known:
  ret i64 %h
tuples:
  %la = call i64 @slot(i64 %a, i64 16)
  %lb = call i64 @slot(i64 %b, i64 16)
  %sized = icmp eq i64 %la, %lb
  br i1 %sized, label %elements, label %sizes
sizes:
  %shorter = icmp slt i64 %la, %lb
  %size = select i1 %shorter, i64 -1, i64 1
  ret i64 %size
elements:
  %i = phi i64 [ 0, %tuples ], [ %i1, %element ]
  %end = icmp eq i64 %i, %la
  br i1 %end, label %equal, label %element
element:
  %xa = call i64 @borrow_tuple_get(i64 %a, i64 %i)
  %xb = call i64 @borrow_tuple_get(i64 %b, i64 %i)
  %deeper2 = sub i64 %depth, 1
  %e = call i64 @order(i64 %xa, i64 %xb, i64 %deeper2, i1 %exact)
  %i1 = add i64 %i, 1
  %next = icmp eq i64 %e, 0
  br i1 %next, label %elements, label %known_element
known_element:
  ret i64 %e
}

define internal i8 @prim_lt(i64 %a, i64 %b) alwaysinline {
  %both = call i1 @both_small(i64 %a, i64 %b)
  br i1 %both, label %fast, label %slow, !prof !0
fast:
  %c = icmp slt i64 %a, %b
  %r = zext i1 %c to i8
  ret i8 %r
slow:
  %s = call i8 @slow_lt(i64 %a, i64 %b)
  ret i8 %s
}
define internal i8 @slow_lt(i64 %a, i64 %b) noinline {
  %x = call i64 @normal(i64 %a)
  %y = call i64 @normal(i64 %b)
  %both = call i1 @both_small(i64 %x, i64 %y)
  br i1 %both, label %integers, label %others
integers:
  %c = icmp slt i64 %x, %y
  %i = zext i1 %c to i8
  ret i8 %i
others:
  %o = call i64 @order(i64 %a, i64 %b, i64 $DEPTH, i1 false)
  %given_up = icmp eq i64 %o, 2
  %less = icmp slt i64 %o, 0
  %l = zext i1 %less to i8
  %r = select i1 %given_up, i8 2, i8 %l
  ret i8 %r
}

; The first where both are equal.
define internal i64 @find_term_min(i64 %a, i64 %b) noinline {
  %o = call i64 @order(i64 %b, i64 %a, i64 $DEPTH, i1 false)
  %given_up = icmp eq i64 %o, 2
  %second = icmp slt i64 %o, 0
  %m = select i1 %second, i64 %b, i64 %a
  %r = select i1 %given_up, i64 0, i64 %m
  ret i64 %r
}
define internal i64 @find_term_max(i64 %a, i64 %b) noinline {
  %o = call i64 @order(i64 %a, i64 %b, i64 $DEPTH, i1 false)
  %given_up = icmp eq i64 %o, 2
  %second = icmp slt i64 %o, 0
  %m = select i1 %second, i64 %b, i64 %a
  %r = select i1 %given_up, i64 0, i64 %m
  ret i64 %r
}
