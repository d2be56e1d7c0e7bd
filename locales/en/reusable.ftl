# The organization's reusable connections
reusable-title = Reusable connections
reusable-lead = Each is defined once, by a manifest, and used by many integrations.
reusable-empty = Nothing is shared yet
reusable-empty-what = When several integrations need the same account, define its connection once. Customers, or you, connect it once, and each integration refers to it by its key:
reusable-none = None is defined.
reusable-kind-customer = Customers connect
reusable-kind-customer-hint = Each customer connects their own account, once, and chooses it wherever it is needed.
reusable-kind-organization-customer = You connect, for each customer
reusable-kind-organization-customer-hint = Each customer has an account of its own, which you enter here. They see that it is managed.
reusable-kind-organization-global = You connect, once for all
reusable-kind-organization-global-hint = One account of yours serves every customer.
reusable-used = { $count ->
    [0] No instance uses it yet.
    [one] 1 instance uses it.
   *[other] { $count } instances use it.
}
reusable-key = Its key in manifests and calls is { $key }.
reusable-global-values = The same for all customers
reusable-organization-connection = Your connection
reusable-test = For tests
reusable-test-note = Test runs read these, and no customer’s integration ever does.
reusable-customers = Customers
reusable-missing = { $count ->
    [0] Every customer here has its values.
    [one] 1 customer here has no values yet.
   *[other] { $count } customers here have no values yet.
}
reusable-rows = Several customers at once
reusable-rows-hint = Nothing changes before you have seen what would become of each row. The first row names the columns: { $example }
reusable-all = Everything that uses it
reusable-disable = Pause everything that uses it
reusable-enable = Turn it all on again
reusable-waiting = { $count ->
    [one] 1 instance waits.
   *[other] { $count } instances wait.
}
reusable-paused = { $count ->
    [0] Nothing that uses it was on.
    [one] 1 instance is paused.
   *[other] { $count } instances are paused.
}
reusable-turned-on = { $count ->
    [one] 1 instance is on again.
   *[other] { $count } instances are on again.
}
reusable-values-of = { $name }: { $whose }
reusable-reach = { $count ->
    [0] No instance reads this yet.
    [one] This reaches 1 instance, at its next read.
   *[other] This reaches { $count } instances, at their next read.
}
reusable-save = Save
reusable-check-and-save = Check, then save
reusable-saved = Saved.
reusable-not-saved = Nothing was saved: { $title }.
reusable-disconnected = { $connector } is disconnected.
reusable-stops = { $count ->
    [0] Nothing that is turned on stops running.
    [one] 1 instance stops running until you connect again.
   *[other] { $count } instances stop running until you connect again.
}
reusable-place = { $customer }: { $instance }
