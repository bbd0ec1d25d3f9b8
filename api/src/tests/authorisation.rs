//! Who may call what: every root field of the schema is placed here, and tried by every role. A field
//! that is not placed fails the test, so nobody forgets to decide.

use std::collections::BTreeMap;

use async_graphql::Request;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use domain::permission::{Permission, Role};
use futures::StreamExt as _;

use super::bench::Bench;
use crate::access::request_data;
use crate::auth::caller::Proof;
use crate::schema::cost::add_codes;
use crate::schema::{schema, sdl};

/// Who may call a field.
#[derive(Clone, Copy)]
enum Who {
    Anyone,
    SignedIn,
    May(Permission),
}

use Permission as P;
use Who::{Anyone, May, SignedIn};

/// Every root field.
const MATRIX: &[(&str, Who)] = &[
    ("Query.activity", May(P::ActivityRead)),
    ("Query.apiVersion", Anyone),
    ("Query.audit", May(P::AuditRead)),
    ("Query.credential", May(P::CredentialRead)),
    ("Query.credentials", May(P::CredentialRead)),
    ("Query.group", May(P::GroupRead)),
    ("Query.groupPreview", May(P::GroupRead)),
    ("Query.groups", May(P::GroupRead)),
    ("Query.fleetScan", May(P::ScanRead)),
    ("Query.fleetScans", May(P::ScanRead)),
    ("Query.host", May(P::HostRead)),
    ("Query.hosts", May(P::HostRead)),
    ("Query.lens", May(P::RuleRead)),
    ("Query.lenses", May(P::RuleRead)),
    ("Query.node", SignedIn),
    ("Query.nodes", SignedIn),
    ("Query.rejudge", May(P::ScanRead)),
    ("Query.rollUp", May(P::HostRead)),
    ("Query.rule", May(P::RuleRead)),
    ("Query.ruleFacets", May(P::RuleRead)),
    ("Query.rulePack", May(P::RuleRead)),
    ("Query.rulePacks", May(P::RuleRead)),
    ("Query.rules", May(P::RuleRead)),
    ("Query.scan", May(P::ScanRead)),
    ("Query.scans", May(P::ScanRead)),
    ("Query.settings", May(P::SettingsRead)),
    ("Query.setup", Anyone),
    ("Query.tokens", May(P::TokenRead)),
    ("Query.users", May(P::UserRead)),
    ("Query.variables", May(P::SettingsRead)),
    ("Query.viewer", Anyone),
    ("Mutation.addHostsToGroup", May(P::GroupWrite)),
    ("Mutation.cancelFleetScan", May(P::ScanCancel)),
    ("Mutation.cancelScan", May(P::ScanCancel)),
    ("Mutation.changePassword", SignedIn),
    ("Mutation.changePreference", SignedIn),
    ("Mutation.changeUserRole", May(P::UserWrite)),
    ("Mutation.createCredential", May(P::CredentialWrite)),
    ("Mutation.createFirstAdministrator", Anyone),
    ("Mutation.createGroup", May(P::GroupWrite)),
    ("Mutation.createRulePack", May(P::RulePackWrite)),
    ("Mutation.createToken", May(P::TokenWrite)),
    ("Mutation.createUser", May(P::UserWrite)),
    ("Mutation.disableRulePack", May(P::RulePackEnable)),
    ("Mutation.disableUser", May(P::UserWrite)),
    ("Mutation.editCredential", May(P::CredentialWrite)),
    ("Mutation.editGroup", May(P::GroupWrite)),
    ("Mutation.editHost", May(P::HostWrite)),
    ("Mutation.enableRulePackVersion", May(P::RulePackEnable)),
    ("Mutation.enableUser", May(P::UserWrite)),
    ("Mutation.endGroupMaintenance", May(P::GroupWrite)),
    ("Mutation.endHostMaintenance", May(P::HostWrite)),
    ("Mutation.forgetHostKey", May(P::HostTrust)),
    ("Mutation.logIn", Anyone),
    ("Mutation.logOut", SignedIn),
    ("Mutation.makeDefaultCredential", May(P::CredentialWrite)),
    ("Mutation.registerHost", May(P::HostWrite)),
    ("Mutation.removeCredential", May(P::CredentialDelete)),
    ("Mutation.removeGroup", May(P::GroupDelete)),
    ("Mutation.removeHost", May(P::HostDelete)),
    ("Mutation.removeHostsFromGroup", May(P::GroupWrite)),
    ("Mutation.requestFleetScan", May(P::ScanRequest)),
    ("Mutation.removeRulePack", May(P::RulePackWrite)),
    ("Mutation.requestScan", May(P::ScanRequest)),
    ("Mutation.requestTrial", May(P::RulePackWrite)),
    ("Mutation.restoreGroup", May(P::GroupDelete)),
    ("Mutation.restoreHost", May(P::HostDelete)),
    ("Mutation.retryFleetScan", May(P::ScanRequest)),
    ("Mutation.revokeToken", May(P::TokenWrite)),
    ("Mutation.setEnabledLenses", May(P::SettingsWrite)),
    ("Mutation.setGroupVariable", May(P::GroupWrite)),
    ("Mutation.setHostTarget", May(P::HostWrite)),
    ("Mutation.setHostVariable", May(P::HostWrite)),
    ("Mutation.setOrganisationTarget", May(P::SettingsWrite)),
    ("Mutation.setOrganisationVariable", May(P::SettingsWrite)),
    ("Mutation.startGroupMaintenance", May(P::GroupWrite)),
    ("Mutation.startHostMaintenance", May(P::HostWrite)),
    ("Mutation.testConnection", May(P::HostWrite)),
    ("Mutation.trustHostKey", May(P::HostTrust)),
    ("Mutation.trustRulePackVersion", May(P::RulePackTrust)),
    ("Mutation.uploadRulePackVersion", May(P::RulePackWrite)),
    ("Subscription.activity", May(P::ActivityRead)),
    ("Subscription.groupChanged", May(P::GroupRead)),
    ("Subscription.fleetScanChanged", May(P::ScanRead)),
    ("Subscription.hostChanged", May(P::HostRead)),
    ("Subscription.rulePackChanged", May(P::RuleRead)),
    ("Subscription.scanProgress", May(P::ScanRead)),
];

impl Who {
    fn includes(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Anyone, _) | (SignedIn, Some(_)) => true,
            (May(permission), Some(role)) => role.allows(permission),
            (_, None) => false,
        }
    }
}

/// The schema as text, to make operations from it.
struct Described(ServiceDocument);

impl Described {
    fn kind(&self, name: &str) -> Option<&TypeKind> {
        self.0
            .definitions
            .iter()
            .find_map(|definition| match definition {
                TypeSystemDefinition::Type(one) if one.node.name.node == name => {
                    Some(&one.node.kind)
                }
                _ => None,
            })
    }

    fn root_fields(&self) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        for (root, word) in [
            ("Query", "query"),
            ("Mutation", "mutation"),
            ("Subscription", "subscription"),
        ] {
            let Some(TypeKind::Object(object)) = self.kind(root) else {
                panic!("no {root}")
            };
            for field in &object.fields {
                let name = format!("{root}.{}", field.node.name.node);
                fields.insert(name, format!("{word} {{ {} }}", self.call(&field.node)));
            }
        }
        fields
    }

    /// The field with a value for every argument that it needs.
    fn call(&self, field: &FieldDefinition) -> String {
        let arguments: Vec<String> = field
            .arguments
            .iter()
            .filter(|argument| !argument.node.ty.node.nullable)
            .map(|argument| {
                format!(
                    "{}: {}",
                    argument.node.name.node,
                    self.value(&argument.node.ty.node)
                )
            })
            .collect();
        let arguments = match arguments.as_slice() {
            [] => String::new(),
            some => format!("({})", some.join(", ")),
        };
        format!("{}{arguments} {{ __typename }}", field.name.node)
    }

    fn value(&self, ty: &Type) -> String {
        let name = match &ty.base {
            BaseType::List(inner) => return format!("[{}]", self.value(inner)),
            BaseType::Named(name) => name.as_str(),
        };
        match self.kind(name) {
            Some(TypeKind::Enum(one)) => one.values[0].node.value.node.to_string(),
            Some(TypeKind::InputObject(input)) => {
                let mut needed: Vec<_> = input
                    .fields
                    .iter()
                    .filter(|field| !field.node.ty.node.nullable)
                    .collect();
                if needed.is_empty() {
                    // One of several: the first will do.
                    needed.extend(input.fields.first());
                }
                let fields: Vec<String> = needed
                    .into_iter()
                    .map(|field| {
                        format!(
                            "{}: {}",
                            field.node.name.node,
                            self.value(&field.node.ty.node)
                        )
                    })
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            _ if name == "Boolean" => "false".to_owned(),
            _ if name == "Int" => "1".to_owned(),
            _ if name == "DateTime" => "\"2026-01-15T00:00:00Z\"".to_owned(),
            _ => "\"x\"".to_owned(),
        }
    }
}

#[test]
fn every_root_field_is_placed_and_nothing_else() {
    let fields = Described(parse_schema(sdl()).unwrap()).root_fields();
    let known: Vec<&str> = MATRIX.iter().map(|(field, _)| *field).collect();
    let missing: Vec<_> = fields
        .keys()
        .filter(|field| !known.contains(&field.as_str()))
        .collect();
    assert!(missing.is_empty(), "decide who may call {missing:?}");
    let gone: Vec<_> = known
        .iter()
        .filter(|field| !fields.contains_key(**field))
        .collect();
    assert!(gone.is_empty(), "not in the schema: {gone:?}");
}

#[test]
fn every_permission_is_asked_for() {
    for permission in Permission::ALL {
        let asked = MATRIX
            .iter()
            .any(|(_, who)| matches!(who, May(one) if one == permission));
        assert!(asked, "nothing asks for {}", permission.as_str());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_gets_in_where_it_may_and_nowhere_else() {
    let bench = Bench::new().await;
    let schema = schema(bench.state.clone());
    let fields = Described(parse_schema(sdl()).unwrap()).root_fields();
    let roles = [None].into_iter().chain(Role::ALL.map(Some));
    for role in roles {
        for (field, who) in MATRIX {
            let caller = bench.caller(role);
            let data = request_data(&bench.state, caller, Proof::None);
            let request = Request::new(fields[*field].clone()).data(data);
            let mut response = schema.execute_stream(request).next().await.unwrap();
            add_codes(&mut response);
            let codes: Vec<String> = response
                .errors
                .iter()
                .filter_map(|error| Some(error.extensions.as_ref()?.get("code")?.to_string()))
                .collect();
            assert!(
                !codes.iter().any(|code| code.contains("VALIDATION")),
                "{field}: {:?}",
                response.errors
            );
            let refused = codes
                .iter()
                .any(|code| code.contains("FORBIDDEN") || code.contains("UNAUTHENTICATED"));
            assert_eq!(
                !refused,
                who.includes(role),
                "{field} for {role:?}: {codes:?}"
            );
        }
    }
}
