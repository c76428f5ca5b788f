def weight(parcel):
    print("weighs", parcel)
    return parcel % 10


def accepted(parcel):
    if parcel > 30:
        raise ValueError(parcel)
    return parcel


def heaviest(parcels: list[int]):
    return max([accepted(p) for p in parcels], key=weight)


print(heaviest([12, 27, 9]))
try:
    print(heaviest([12, 45, 9]))
except ValueError as error:
    print("rejected", error)
