; Floats. Like list cells, objects that nobody needs any more are kept for the next ones: @floats leads
; to the first, whose value leads to the next, and the collector does not know of them.
@floats = external global ptr
@float_count = external global i64

define internal i1 @is_finite(double %v) alwaysinline {
  %bits = bitcast double %v to i64
  %exponent = and i64 %bits, 9218868437227405312
  %r = icmp ne i64 %exponent, 9218868437227405312
  ret i1 %r
}

define internal i64 @new_float(double %v) {
  %p = load ptr, ptr @floats
  %none = icmp eq ptr %p, null
  br i1 %none, label %new, label %old, !prof !1
old:
  %na = getelementptr i8, ptr %p, i64 $FLOAT
  %n = load ptr, ptr %na
  store ptr %n, ptr @floats
  %c = load i64, ptr @float_count
  %c1 = sub i64 %c, 1
  store i64 %c1, ptr @float_count
  store i64 1, ptr %p
  br label %fill
new:
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Float to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
  call void @PyObject_GC_UnTrack(ptr %q)
  br label %fill
fill:
  %r = phi ptr [ %p, %old ], [ %q, %new ]
  %a = getelementptr i8, ptr %r, i64 $FLOAT
  store double %v, ptr %a
  %w = ptrtoint ptr %r to i64
  ret i64 %w
}

define internal void @free_float(ptr %p) {
  %n = load i64, ptr @float_count
  %full = icmp sge i64 %n, $MAX_FLOATS
  br i1 %full, label %give, label %keep
give:
  call void @_Py_Dealloc(ptr %p)
  ret void
keep:
  call void @untrack(ptr %p)
  %f = load ptr, ptr @floats
  %va = getelementptr i8, ptr %p, i64 $FLOAT
  store ptr %f, ptr %va
  store ptr %p, ptr @floats
  %n1 = add i64 %n, 1
  store i64 %n1, ptr @float_count
  ret void
}

; A float object; 0 when it is infinite or none.
define internal i64 @finite(double %v) noinline {
  %yes = call i1 @is_finite(double %v)
  br i1 %yes, label %make, label %no
make:
  %r = call i64 @new_float(double %v)
  ret i64 %r
no:
  ret i64 0
}

; A float into a register: into the object that is there, when nothing else leads to it. So float
; registers keep an object of their own, and no object is made for a sum that only the next
; instruction needs. Whether it is finite.
define internal i1 @put_float(ptr %place, double %v) {
  %finite = call i1 @is_finite(double %v)
  br i1 %finite, label %look, label %no
look:
  %w = load i64, ptr %place
  %float = call i1 @is_of(i64 %w, i64 $T_Float)
  br i1 %float, label %count, label %other
count:
  %p = inttoptr i64 %w to ptr
  %n = load $COUNT_BITS, ptr %p
  %own = icmp eq $COUNT_BITS %n, 1
  br i1 %own, label %there, label %other
there:
  %a = getelementptr i8, ptr %p, i64 $FLOAT
  store double %v, ptr %a
  ret i1 true
other:
  %r = call i64 @new_float(double %v)
  store i64 %r, ptr %place
  call void @decref(i64 %w)
  ret i1 true
no:
  ret i1 false
}

; Both numbers as floats, when at least one is a float and nothing is lost.
define internal {i1, double, double} @both_floats(i64 %a, i64 %b) {
  %fa = call i1 @is_of(i64 %a, i64 $T_Float)
  %fb = call i1 @is_of(i64 %b, i64 $T_Float)
  %any = or i1 %fa, %fb
  br i1 %any, label %values, label %no
values:
  %da = call {i1, double} @exact_double(i64 %a)
  %db = call {i1, double} @exact_double(i64 %b)
  %ea = extractvalue {i1, double} %da, 0
  %eb = extractvalue {i1, double} %db, 0
  %exact = and i1 %ea, %eb
  %va = extractvalue {i1, double} %da, 1
  %vb = extractvalue {i1, double} %db, 1
  %r0 = insertvalue {i1, double, double} undef, i1 %exact, 0
  %r1 = insertvalue {i1, double, double} %r0, double %va, 1
  %r2 = insertvalue {i1, double, double} %r1, double %vb, 2
  ret {i1, double, double} %r2
no:
  ret {i1, double, double} {i1 false, double 0.0, double 0.0}
}
define internal i64 @floats_add(i64 %a, i64 %b) noinline {
  %f = call {i1, double, double} @both_floats(i64 %a, i64 %b)
  %ok = extractvalue {i1, double, double} %f, 0
  br i1 %ok, label %yes, label %no
yes:
  %x = extractvalue {i1, double, double} %f, 1
  %y = extractvalue {i1, double, double} %f, 2
  %v = fadd double %x, %y
  %r = call i64 @finite(double %v)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @floats_sub(i64 %a, i64 %b) noinline {
  %f = call {i1, double, double} @both_floats(i64 %a, i64 %b)
  %ok = extractvalue {i1, double, double} %f, 0
  br i1 %ok, label %yes, label %no
yes:
  %x = extractvalue {i1, double, double} %f, 1
  %y = extractvalue {i1, double, double} %f, 2
  %v = fsub double %x, %y
  %r = call i64 @finite(double %v)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @floats_mul(i64 %a, i64 %b) noinline {
  %f = call {i1, double, double} @both_floats(i64 %a, i64 %b)
  %ok = extractvalue {i1, double, double} %f, 0
  br i1 %ok, label %yes, label %no
yes:
  %x = extractvalue {i1, double, double} %f, 1
  %y = extractvalue {i1, double, double} %f, 2
  %v = fmul double %x, %y
  %r = call i64 @finite(double %v)
  ret i64 %r
no:
  ret i64 0
}
define internal i64 @floats_div(double %x, double %y) {
  %zero = fcmp oeq double %y, 0.0
  br i1 %zero, label %no, label %yes
yes:
  %v = fdiv double %x, %y
  %r = call i64 @finite(double %v)
  ret i64 %r
no:
  ret i64 0
}
define internal i1 @into_float_add(ptr %place, i64 %a, i64 %b) {
  %x = call double @float_value(i64 %a)
  %y = call double @float_value(i64 %b)
  %v = fadd double %x, %y
  %r = call i1 @put_float(ptr %place, double %v)
  ret i1 %r
}
define internal i1 @into_float_sub(ptr %place, i64 %a, i64 %b) {
  %x = call double @float_value(i64 %a)
  %y = call double @float_value(i64 %b)
  %v = fsub double %x, %y
  %r = call i1 @put_float(ptr %place, double %v)
  ret i1 %r
}
define internal i1 @into_float_mul(ptr %place, i64 %a, i64 %b) {
  %x = call double @float_value(i64 %a)
  %y = call double @float_value(i64 %b)
  %v = fmul double %x, %y
  %r = call i1 @put_float(ptr %place, double %v)
  ret i1 %r
}
define internal i1 @into_float_div(ptr %place, i64 %a, i64 %b) {
  %x = call double @float_value(i64 %a)
  %y = call double @float_value(i64 %b)
  ; by zero it is infinite or none
  %v = fdiv double %x, %y
  %r = call i1 @put_float(ptr %place, double %v)
  ret i1 %r
}
define internal i64 @prim_fdiv(i64 %a, i64 %b) noinline {
  %da = call {i1, double} @exact_double(i64 %a)
  %db = call {i1, double} @exact_double(i64 %b)
  %ea = extractvalue {i1, double} %da, 0
  %eb = extractvalue {i1, double} %db, 0
  %exact = and i1 %ea, %eb
  br i1 %exact, label %yes, label %no
yes:
  %va = extractvalue {i1, double} %da, 1
  %vb = extractvalue {i1, double} %db, 1
  %r = call i64 @floats_div(double %va, double %vb)
  ret i64 %r
no:
  ret i64 0
}
define internal i1 @into_to_float(ptr %place, i64 %a) {
  %float = call i1 @is_of(i64 %a, i64 $T_Float)
  br i1 %float, label %same, label %number
same:
  %f = call double @float_value(i64 %a)
  %r0 = call i1 @put_float(ptr %place, double %f)
  ret i1 %r0
number:
  %d = call {i1, double} @exact_double(i64 %a)
  %e = extractvalue {i1, double} %d, 0
  br i1 %e, label %yes, label %no
yes:
  %v = extractvalue {i1, double} %d, 1
  %r = call i1 @put_float(ptr %place, double %v)
  ret i1 %r
no:
  ret i1 false
}
