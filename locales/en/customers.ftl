# Finding and filtering, wherever customers are listed
finder-customer = Find a customer
finder-submit = Find
pager-name = Further pages
pager-first = Back to the first page
pager-next = Next page
chip = { $text } { $count }

# The four kinds of customers
roll-up-all = All
roll-up-attention = Needs attention
roll-up-waiting = Waiting for the customer
roll-up-well = All well
roll-up-nothing = Nothing yet

# The list
customers-title = Customers
customers-new = Add a customer
customers-import = Import a file
customers-name = Customer
customers-state = How it is
customers-integrations = Integrations
customers-external-id = Your own id
customers-count = { $count ->
    [0] None yet
    [one] 1 integration
   *[other] { $count } integrations
}
customers-turned-on = { $integrations }, { $on } turned on
customers-none = No customer is in this group.
customers-none-found = No customer’s name or id holds “{ $search }”. Try a shorter part of it, or another group.
customers-empty-title = Who are your customers?
customers-empty-text = Add them one by one, import them from a file, or let your own program do it whenever somebody signs up:
customers-empty-command = curl -X POST $JACKFIELD_PUBLIC_URL/api/v1/customers -H "Authorization: Bearer $JACKFIELD_KEY" -H "Content-Type: application/json" -d '{"{"}"external_id": "cust-1", "name": "Northwind"{"}"}'

# Making, renaming, deleting
customer-new-title = Add a customer
customer-new-submit = Add the customer
customer-name = Name
customer-external-id = Your own id
customer-external-id-hint = What your own systems call this customer. It cannot be changed later.
customer-duplicate = Another customer has the id { $id }. Open that one, or choose another id
customer-added = { $name } is added. Start an integration for it, or send a link.
customer-rename = Rename
customer-rename-title = Rename { $name }
customer-rename-submit = Save the name
customer-stale = Somebody else changed this customer meanwhile. Look at the name below, then save again
customer-renamed = Customer renamed.
customer-undo = Undo
customer-undo-to = The name is { $name } again then.
customer-delete = Delete
customer-delete-title = Delete { $name }?
customer-delete-goes = This goes, for good:
customer-delete-final = What happened stays on record in the activity. Nothing else can be brought back.
customer-delete-type = Type { $name } to delete it
customer-delete-mismatch = Type the name exactly as it stands above: { $name }
customer-delete-submit = Delete { $name }
customer-delete-itself = The customer, its people and how they sign in
customer-delete-drafts = { $count ->
    [one] 1 integration that was begun and never turned on
   *[other] { $count } integrations that were begun and never turned on
}
customer-delete-connections = { $count ->
    [one] 1 connection with all that was entered for it
   *[other] { $count } connections with all that was entered for them
}
customer-delete-links = Every link that was sent: none of them opens any more
customer-delete-kept = { $name } stays, for these integrations are turned on, or were. What runs would lose its connections.
customer-deleted = { $name } is deleted.

# One customer
customer-external = Your own id: { $id }
customer-no-instances = { $name } has no integration yet. Start one here to fill it in yourself, or send a link so that they do.
customer-start-label = Start another integration
customer-start = Start it
customer-started = { $integration } is started. Fill in what you know, and send a link for the rest.
customer-on-since = Turned on { $day }
customer-paused = Paused
customer-draft = Not turned on yet
customer-links = Links
customer-links-open = Send a link, or look at all that were sent
customer-no-links = No link was sent yet.
customer-people = People
customer-no-people = Nobody of theirs signs in yet. Whoever opens a link that was made for them appears here.
listed-role-admin = admin
listed-role-member = member
customer-disabled = switched off
customer-activity = What happened
customer-no-activity = Nothing yet.
customer-the-service = the service

# The matrix
matrix-integration = Integration
matrix-customer = Customer
matrix-turned-on = Turned on
matrix-not-yet = Not yet
matrix-no-such-slot = Not part of its version
matrix-none = No customer is in this group. All is well here.
matrix-empty-title = No customer has begun with this integration yet
matrix-empty-text = Open a customer and start it for them, or send them a link: they appear here as soon as they begin.
matrix-empty-way = Choose a customer
matrix-link-sent = Link sent
matrix-link-sent-to = Link sent to { $user }
matrix-link-opened = Link opened
matrix-link-opened-by = Link sent to { $user }, opened
matrix-cell = { $slot } of { $customer }: { $status }
matrix-cell-detail = { $slot } of { $customer }: { $status }, { $detail }
matrix-since = { $reason }, { $when }
matrix-export = Download as a file (CSV)
matrix-export-hint = What is filtered here, on all pages. It holds no secrets.
matrix-csv-status = { $slot }: status
matrix-csv-detail = { $slot }: detail

# Searching everything
search-title = Search
search-title-of = Search: { $search }
search-teach = Look for a customer, an integration, an account that is connected, or somebody’s e-mail address. Press / on any page to begin.
search-nothing = Nothing was found. Customers are found by any part of their name or id; everything else by how it begins.
search-customers = Customers
search-integrations = Integrations
search-instances = Integrations of customers
search-accounts = Connected accounts
search-people = People
search-of = of { $customer }

# Where an org user arrives
home-title = Today
home-customers = { $count ->
    [one] 1 customer
   *[other] { $count } customers
}
home-all-well = All is well: every connection works, and nobody is stuck half-way.
home-broken = { $count ->
    [one] 1 connection needs attention
   *[other] { $count } connections need attention
}
home-drafts = { $count ->
    [one] 1 integration was begun and not turned on
   *[other] { $count } integrations were begun and not turned on
}
home-links = { $count ->
    [one] 1 link was opened and not followed to the end
   *[other] { $count } links were opened and not followed to the end
}
home-line = { $what } of { $customer }
home-link-of = { $user } of { $customer }
home-someone = Somebody
home-link-note = Opened it { $when }
home-draft-note = Last touched { $when }
home-all = See all customers in this state
home-steps = Three steps to the first connection
home-step-done = Done
home-step-apply = Say what an integration needs
home-step-apply-text = Write it down in one YAML file, or begin with the connectors that come along:
home-step-apply-command = jackfield apply --catalog && jackfield apply integration.yaml
home-step-customer = Add a customer
home-step-customer-text = One by one, from a file, or by your own program:
home-step-customer-way = Add a customer here
home-step-link = Start an integration, and send the link
home-step-link-text = Open the customer and start the integration for them. Your code reads what they connect with one call:
home-step-link-command = curl -H "Authorization: Bearer $JACKFIELD_KEY" $JACKFIELD_PUBLIC_URL/api/v1/instances/INSTANCE/connections/SLOT/credentials
home-step-link-way = Choose a customer

# What happened with a customer
happening-customer-created = The customer was added
happening-customer-updated = The customer was renamed
happening-instance-created = An integration was begun
happening-instance-updated = Settings of an integration changed
happening-instance-deployed = An integration was turned on
happening-instance-paused = An integration was paused
happening-link-created = A link was sent
happening-link-opened = A link was opened
happening-link-revoked = A link was taken back
