# Violations of single fields, in "errors" of a problem.

invalid-required = هذا الحقل مطلوب.
invalid-unknown-field = هذا الحقل غير معروف؛ احذفه أو راجع كتابة اسمه.
invalid-unknown-parameter =
    { $count ->
        [0] لا تقبل هذه العملية أي معامل؛ احذفه.
       *[other] احذفه أو راجع كتابة اسمه؛ المعاملات المعروفة هنا: { $known }.
    }
invalid-read-only = هذا الحقل للقراءة فقط؛ لا ترسله.
invalid-wrong-type = نوع القيمة غير صحيح؛ النوع المطلوب: { $expected }.
invalid-too-long = النص أطول من المسموح به؛ الحد الأقصى بالأحرف: { $max }.
invalid-too-short = النص أقصر من المطلوب؛ الحد الأدنى بالأحرف: { $min }.
invalid-too-many = عدد العناصر أكبر من المسموح به؛ الحد الأقصى: { $max }.
invalid-out-of-range =
    { $bounds ->
        [min] يجب ألّا تقل القيمة عن { $min }.
        [max] يجب ألّا تزيد القيمة على { $max }.
       *[both] يجب ألّا تقل القيمة عن { $min } وألّا تزيد على { $max }.
    }
invalid-not-one-of = القيمة ليست من القيم المقبولة، وهي: { $allowed }.
invalid-nul-character = لا يجوز أن يحتوي النص على المحرف الصفري (U+0000).
invalid-invalid-lang = رمز اللغة غير صالح؛ استعمل رمزًا وفق BCP 47، مثل ar أو ar-LY.
invalid-invalid-url = الرابط غير صالح؛ أرسل رابطًا كاملًا يبدأ بالبادئة https أو http، بلا اسم مستخدم ولا كلمة مرور.
invalid-invalid-email = عنوان البريد الإلكتروني غير صالح.
invalid-invalid-slug = اسم الرابط غير صالح؛ استعمل الحروف والأرقام والشرطات فقط.
invalid-invalid-time = الوقت غير صالح؛ أرسله بصيغة RFC 3339، مثل 2030-01-31T09:00:00Z.
invalid-invalid-entity-tag = أرسل قيمة ETag كما وصلتك، مع علامتي الاقتباس، أو علامة النجمة.
invalid-invalid-format = صيغة القيمة غير صحيحة.
invalid-duplicate = هذه القيمة مكررة.
invalid-repeated-name = هذا الاسم مكرر في الكائن نفسه؛ أرسل كل اسم مرة واحدة.
invalid-inexact-number = هذا العدد أكبر أو أطول من أن يُحفظ بدقة؛ قرّبه أو أرسله نصًّا.
invalid-weak-password = كلمة المرور ضعيفة؛ اختر كلمة أطول يصعب تخمينها.
invalid-unknown-tag =
    { $by ->
        [id] لا يوجد وسم معرّفه { $name }.
       *[name] لا يوجد وسم اسمه «{ $name }»، ولا يسمح لك دورك بإنشاء الوسوم.
    }
invalid-unknown-comment = لا يوجد تحت هذا المقال تعليق بهذا المعرّف يمكن الرد عليه.
invalid-empty = لا يجوز أن يكون هذا الحقل فارغًا.
invalid-too-deep = مستويات التداخل أكثر من المسموح به؛ الحد الأقصى: { $max }.
invalid-too-large = القيمة أكبر حجمًا من المسموح به؛ الحد الأقصى بالبايت: { $max }.
