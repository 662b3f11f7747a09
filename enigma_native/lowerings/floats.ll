; Floats.

; A float object; 0 when it is infinite or none.
define internal i64 @finite(double %v) noinline {
  %bits = bitcast double %v to i64
  %exponent = and i64 %bits, 9218868437227405312
  %special = icmp eq i64 %exponent, 9218868437227405312
  br i1 %special, label %no, label %yes
yes:
  %q_raw = call ptr @PyType_GenericAlloc(ptr inttoptr (i64 $T_Float to ptr), i64 0)
  %q = call ptr @there(ptr %q_raw)
  %a = getelementptr i8, ptr %q, i64 $FLOAT
  store double %v, ptr %a
  %r = ptrtoint ptr %q to i64
  ret i64 %r
no:
  ret i64 0
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
define internal i64 @prim_float_add(i64 %a, i64 %b) {
  %r = call i64 @floats_add(i64 %a, i64 %b)
  ret i64 %r
}
define internal i64 @prim_float_sub(i64 %a, i64 %b) {
  %r = call i64 @floats_sub(i64 %a, i64 %b)
  ret i64 %r
}
define internal i64 @prim_float_mul(i64 %a, i64 %b) {
  %r = call i64 @floats_mul(i64 %a, i64 %b)
  ret i64 %r
}
define internal i64 @prim_float_div(i64 %a, i64 %b) noinline {
  %x = call double @float_value(i64 %a)
  %y = call double @float_value(i64 %b)
  %r = call i64 @floats_div(double %x, double %y)
  ret i64 %r
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
define internal i64 @prim_to_float(i64 %a) noinline {
  %float = call i1 @is_of(i64 %a, i64 $T_Float)
  br i1 %float, label %same, label %number
same:
  call void @incref_o(i64 %a)
  ret i64 %a
number:
  %d = call {i1, double} @exact_double(i64 %a)
  %e = extractvalue {i1, double} %d, 0
  br i1 %e, label %yes, label %no
yes:
  %v = extractvalue {i1, double} %d, 1
  %r = call i64 @finite(double %v)
  ret i64 %r
no:
  ret i64 0
}
