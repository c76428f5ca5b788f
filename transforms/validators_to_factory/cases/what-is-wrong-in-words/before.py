def validate_username(form):
    value = form.get("username", "").strip()
    if len(value) < 3:
        return "Username must have at least 3 characters."
    if len(value) > 20:
        return "Username must have at most 20 characters."
    return None


def validate_password(form):
    value = form.get("password", "").strip()
    if len(value) < 8:
        return "Password must have at least 8 characters."
    if len(value) > 64:
        return "Password must have at most 64 characters."
    return None


def validate_city(form):
    value = form.get("city", "").strip()
    if len(value) < 2:
        return "City must have at least 2 characters."
    if len(value) > 30:
        return "City must have at most 30 characters."
    return None


VALIDATORS = [validate_username, validate_password, validate_city]


def validate(form):
    errors = []
    for validator in VALIDATORS:
        error = validator(form)
        if error:
            errors.append(error)
    return errors


print(validate({"username": "bo", "password": "12345678", "city": "x" * 31}))
