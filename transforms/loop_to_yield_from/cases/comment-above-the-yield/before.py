def options(common: list[str], own: list[str]):
    for option in common:  # usually short
        yield option
    for option in own:
        # those come last, and win
        yield option


print(list(options(["-v"], ["-x"])))
