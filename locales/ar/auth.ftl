# Problems of sessions and tokens.

unauthenticated-title = تسجيل الدخول مطلوب
unauthenticated-detail = يتطلب هذا الطلب رمز وصول؛ سجّل الدخول، ثم أرسل الرمز في الترويسة Authorization مسبوقًا بكلمة Bearer.
invalid-token-title = رمز وصول غير صالح
invalid-token-detail = رمز الوصول غير صحيح أو منتهي الصلاحية أو مُلغى؛ احصل على رمز جديد برمز التجديد، أو سجّل الدخول مرة أخرى.
invalid-credentials-title = بيانات دخول غير صحيحة
invalid-credentials-detail = البريد الإلكتروني أو كلمة المرور غير صحيحة؛ تحقق منهما ثم حاول مرة أخرى.
refresh-token-invalid-title = رمز تجديد غير صالح
refresh-token-invalid-detail = رمز التجديد غير صحيح أو منتهي الصلاحية أو مُلغى؛ سجّل الدخول مرة أخرى.
refresh-token-reused-title = رمز تجديد مستعمل من قبل
refresh-token-reused-detail = استُعمل رمز التجديد هذا من قبل، فأُلغيت الجلسة كلها حمايةً للحساب؛ سجّل الدخول مرة أخرى.
