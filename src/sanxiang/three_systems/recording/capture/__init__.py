"""Recording on a phone (手机现场记录): the signed task package that goes out, what comes back."""
