package gateway.authz_test

import data.gateway.authz

asked(path, roles) := {"path": path, "user_roles": roles, "request": {"method": "GET"}}

allowed(path, roles) if authz.allow with input as asked(path, roles)

test_admin_area_needs_the_role_admin if {
	every path in ["/admin", "/admin/x", "/admin/x/y", "/policy/admin", "/policy/admin/x"] {
		allowed(path, ["admin"])
		not allowed(path, ["user"])
		not allowed(path, ["editor", "viewer"])
		not allowed(path, [])
	}
}

test_api_area_needs_the_role_user if {
	every path in ["/api", "/api/x", "/policy/api", "/policy/api/x"] {
		allowed(path, ["user"])
		allowed(path, ["viewer"])
		not allowed(path, ["auditor"])
		not allowed(path, [])
	}
}

test_an_administrator_is_a_user_too if allowed("/api/x", ["admin"])

test_a_user_is_no_administrator if not allowed("/admin/x", ["user"])

# What the policy of the design says yes or no to by accident.
test_no_spelling_of_a_path_gets_a_weaker_decision if {
	every path in [
		"/api/../admin/x", "//admin/x", "/./admin/x", "/Admin/x", "/ADMIN", "/admin/", "/api//../admin",
		"/adminx", "/administrator", "admin/x", "/policy/api/../admin", "/policy/../admin/x", "/policy//admin",
	] {
		not allowed(path, ["user"])
	}
}

test_what_no_rule_names_is_denied if {
	every path in ["/", "", "/policy", "/policy/policy/api", "/orders", "/apix", "/healthy", "/health/x"] {
		not allowed(path, ["admin", "user"])
	}
}

test_health_needs_no_role if {
	allowed("/health", [])
	not authz.allow with input as {"path": "/health", "user_roles": [], "request": {"method": "POST"}}
	not authz.allow with input as {"path": "/health", "user_roles": []}
}

# By the names that objects seem to have, and by types that no role has.
test_roles_are_compared_whole if {
	every roles in [["ADMIN"], ["admin "], ["superadmin"], ["admin,user"], [["admin"]], [null], [1]] {
		not allowed("/admin/x", roles)
	}
}

test_incomplete_input_is_denied if {
	every incomplete in [{}, {"path": "/admin"}, {"user_roles": ["admin"]}, {"path": 1, "user_roles": ["admin"]}, null] {
		not authz.allow with input as incomplete
		not authz.decision.allow with input as incomplete
	}
}

test_decision_tells_why if {
	allowed_one := authz.decision with input as asked("/admin", ["admin"])
	allowed_one == {"allow": true, "reason": "allowed"}
	denied := authz.decision with input as asked("/admin", ["user"])
	denied == {"allow": false, "reason": "needs role admin"}
	unknown := authz.decision with input as asked("/orders", ["user"])
	unknown == {"allow": false, "reason": "no rule for the path"}
}
