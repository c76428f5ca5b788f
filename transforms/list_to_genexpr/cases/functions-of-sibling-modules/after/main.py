from shop import orders, prices

print(orders.is_large([1, 2]), orders.counts([3, 4]), prices.calls)
