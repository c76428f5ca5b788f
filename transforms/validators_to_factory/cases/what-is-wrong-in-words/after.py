def make_validator(argument, min_length, label, max_length):
    def validate(form):
        value = form.get(argument, "").strip()
        if len(value) < min_length:
            return f"{label} must have at least {min_length} characters."
        if len(value) > max_length:
            return f"{label} must have at most {max_length} characters."
        return None

    return validate


validate_username = make_validator("username", 3, "Username", 20)
validate_password = make_validator("password", 8, "Password", 64)
validate_city = make_validator("city", 2, "City", 30)


VALIDATORS = [validate_username, validate_password, validate_city]


def validate(form):
    errors = []
    for validator in VALIDATORS:
        error = validator(form)
        if error:
            errors.append(error)
    return errors


print(validate({"username": "bo", "password": "12345678", "city": "x" * 31}))
