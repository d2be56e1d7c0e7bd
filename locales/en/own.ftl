# Connections that are each user's own
page-per-user = { $name }: each person connects their own account after it is turned on.
review-per-user = Each person connects their own account
own-title = Your own accounts for { $integration }
own-lead = These are yours alone: nobody else sees what you enter here, and what is done with them is done in your name.
own-not-on = { $integration } is not turned on. You can connect your own accounts here as soon as it is.
own-save = Save { $name }
own-saved = Saved.
own-stops = { $integration } can no longer do anything in your name. Your colleagues notice nothing.
own-disconnected = Your account is disconnected.
own-colleagues = Who has connected
own-colleagues-hint = You see how each one is, and nothing of what they entered.
own-yours = Connect your own account
home-line-of-user = { $what } of { $user }, { $customer }
behalf-users = Connected by each user
behalf-users-hint = Each user of the customer connects these for themselves.
behalf-users-none = The customer has no users yet.
behalf-user-link = Make a link
