# Manifests by hand, and the catalogue
manifests-title = Add or change manifests
manifests-lead = Paste one, or choose a file. You see what would change, and nothing changes before you say so.
manifests-add = Add or change manifests
manifests-text = Manifests, as YAML or JSON
manifests-text-hint = Several documents are separated by a line with three dashes.
manifests-withheld = What you sent holds values, which are never shown again. Correct it where you have it, and paste it once more.
manifests-file = Or a file
manifests-file-hint = Up to 256 KB. A chosen file counts, not the text above.
manifests-plan = Show what would change
manifests-export = Download what is applied, without its secrets
manifests-nothing-sent = Paste a manifest, or choose a file
manifests-place = Line { $line }, column { $column }
manifests-discarded = Nothing was applied, and what you sent is thrown away.
manifests-added = { $connector } is added. Name it in an integration, and customers can connect.
catalogue-title = The catalogue
catalogue-lead = Connectors that come with Jackfield. Once added they are yours: change what you like.
catalogue-needs = You need: { $inputs }
catalogue-add = Add { $connector }
catalogue-replace = Replace { $connector } by this one
catalogue-added = Added
plan-title = What would change
plan-lead = { $count ->
    [one] One change. Nothing has happened yet.
   *[other] { $count } changes. Nothing has happened yet.
}
plan-nothing = Nothing: all of it is applied already.
plan-create = New
plan-update = Changed
plan-unchanged = The same
plan-withdraw = Withdrawn
plan-kind-connector = Connector { $key }
plan-kind-integration = Integration { $key }
plan-kind-preset = Preset { $key }
plan-kind-reusable-connection = Reusable connection { $key }
plan-follow = { $count ->
    [one] 1 customer is being set up, and follows this version.
   *[other] { $count } that are being set up follow this version.
}
plan-keep = { $count ->
    [one] 1 that is turned on keeps its version.
   *[other] { $count } that are turned on keep their version.
}
conversion-reusable = The connection { $slot } becomes the reusable one { $key }, with what customers have connected.
conversion-own = The connection { $slot } is integration-specific again, with what customers have connected.
conversion-moves = { $instances }; { $connections }. Nobody is asked anything.
conversion-instances = { $count ->
    [one] 1 instance moves to this version
   *[other] { $count } instances move to this version
}
conversion-connections = { $count ->
    [0] nothing is connected in them yet
    [one] 1 connection moves with its values and its access
   *[other] { $count } connections move with their values and their access
}
conversion-staying = { $count ->
    [one] 1 instance keeps its version, and goes on working
   *[other] { $count } instances keep their version, and go on working
}
conversion-more = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
conversion-other-type = it is of another type, { $type }
conversion-values-differ = its steps would read other values: { $inputs }
conversion-has-another = the customer has another connection of it already
conversion-shared = it is used elsewhere too: { $places }
conversion-asks = the customer would be asked for { $labels }
conversion-no-values = the reusable connection has no values for this customer yet; enter them first
conversion-busy = somebody was changing it just then; apply again
plan-republished = Nothing in it changes: it is published again, against the new version of a connector.
plan-show = Show its { $count } lines
plan-same = The same as before: { $names }
plan-apply = { $count ->
    [one] Apply this change
   *[other] Apply these { $count } changes
}
plan-discard = Throw it away
plan-kept = It waits here for an hour.
plan-moved = Something else was applied meanwhile
plan-moved-next = This is what would happen now. Look again before you apply it.
plan-applied = Applied: { $created } new, { $updated } changed.
