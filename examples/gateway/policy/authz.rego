# Who may reach what, as far as roles say it. The gateway asks about what is under /policy; the same rules hold for a
# gateway that leaves all of its paths to this policy.
#
# input.path is the canonical path, in lower case and without a slash at its end: the gateway has refused every spelling that
# another server could read in another way.
package gateway.authz

default allow := false

allow if required_role in roles_held

# Health checks need no role: this path and these methods exactly, never what merely begins like it.
allow if {
	input.path == "/health"
	input.request.method in {"GET", "HEAD"}
}

# What the gateway asks for: the answer, and a word for its log.
decision := {"allow": allow, "reason": reason}

reason := "allowed" if {
	allow
} else := concat(" ", ["needs role", required_role]) if {
	required_role
} else := "no rule for the path"

# Every path has one area, so /admin itself is in the area of /admin/orders. A path of no area needs a role that nobody has.
role_of_area := {
	"admin": "admin",
	"api": "user",
}

required_role := role_of_area[area]

area := segments[1] if segments[0] == "policy"

area := segments[0] if segments[0] != "policy"

# A path that is not canonical has no segments, and so no area. Case does not matter, as for most servers.
segments := split(trim_prefix(lower(input.path), "/"), "/") if {
	startswith(input.path, "/")
	every segment in split(trim_prefix(input.path, "/"), "/") {
		not segment in {"", ".", ".."}
	}
}

# A role, and what it stands for besides itself: an administrator is a user too.
includes := {
	"admin": {"user"},
	"editor": {"user"},
	"viewer": {"user"},
}

roles_held contains role if some role in input.user_roles

roles_held contains role if {
	some held in input.user_roles
	some role in includes[held]
}
