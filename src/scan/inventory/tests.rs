//! Inventories as people have them.

use super::*;

fn shown(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| {
            let groups: Vec<&str> = entry.groups.iter().map(String::as_str).collect();
            let target = target(entry).map_or_else(
                |error| error,
                |named| match named {
                    Named::Local => "local".to_owned(),
                    Named::Remote {
                        name,
                        user,
                        endpoint,
                    } => {
                        format!("{name:?} {user:?} {endpoint}")
                    }
                },
            );
            format!("{}: {target} in {}", entry.name, groups.join(","))
        })
        .collect()
}

#[test]
fn an_ini_inventory_has_groups_ranges_and_values() {
    let text = "\
# a comment
lone.example.com
localhost ansible_connection=local

[web]
web[01:03].example.com ansible_user=deploy
web02.example.com ansible_port=2222   # its own port
[db:children]
pg
[pg]
pg-[a:b] ansible_host=\"10.0.0.1\"
[db:vars]
ansible_user = dba
ansible_become=yes
";
    let found = shown(&ini::read(text).unwrap());
    assert_eq!(
        found,
        [
            "lone.example.com: None None lone.example.com:22 in all",
            "localhost: local in all",
            "web01.example.com: None Some(\"deploy\") web01.example.com:22 in all,web",
            "web02.example.com: None Some(\"deploy\") web02.example.com:2222 in all,web",
            "web03.example.com: None Some(\"deploy\") web03.example.com:22 in all,web",
            "pg-a: Some(\"pg-a\") Some(\"dba\") 10.0.0.1:22 in all,db,pg",
            "pg-b: Some(\"pg-b\") Some(\"dba\") 10.0.0.1:22 in all,db,pg",
        ]
    );
}

#[test]
fn the_values_of_a_group_count_more_than_those_of_the_groups_that_it_is_in() {
    let text = "\
[all:vars]
ansible_user=base
[web:vars]
ansible_port=2201
ansible_user=web
[front:children]
web
[front:vars]
ansible_user=front
ansible_port=2299
[web]
one:2222
two   ansible_user=x#y
";
    assert_eq!(
        shown(&ini::read(text).unwrap()),
        [
            "one: None Some(\"web\") one:2222 in all,front,web",
            "two: None Some(\"x\") two:2201 in all,front,web",
        ]
    );
}

#[test]
fn what_only_ansible_can_read_is_refused_in_words() {
    for (value, word) in [
        ("'$ANSIBLE_VAULT;1.1;AES256'", "Ansible Vault"),
        ("'{{ address }}'", "template"),
    ] {
        let found = shown(&ini::read(&format!("one ansible_host={value}\n")).unwrap());
        assert!(found[0].contains(word), "{found:?}");
    }
    let text = "\
all:
  hosts:
    one:
      ansible_user: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
";
    let found = shown(&yaml::read(text).unwrap());
    assert!(found[0].contains("Ansible Vault"), "{found:?}");
}

#[test]
fn a_plain_list_is_an_inventory() {
    let found = shown(&ini::read("ops@web1:2222\n[fe80::1]:22\nlocal\n").unwrap());
    assert_eq!(
        found,
        [
            "ops@web1:2222: None Some(\"ops\") web1:2222 in all",
            "[fe80::1]:22: None None [fe80::1]:22 in all",
            "local: local in all",
        ]
    );
}

#[test]
fn a_yaml_inventory_has_the_same() {
    let text = "\
all:
  vars: {ansible_user: ops}
  hosts:
    one:
  children:
    web:
      hosts:
        two: {ansible_host: 10.0.0.2, ansible_port: 2200, ansible_user: deploy}
    empty:
";
    let found = shown(&yaml::read(text).unwrap());
    assert_eq!(
        found,
        [
            "one: None Some(\"ops\") one:22 in all",
            "two: Some(\"two\") Some(\"deploy\") 10.0.0.2:2200 in all,web",
        ]
    );
}

#[test]
fn a_table_has_the_same() {
    let text =
        "\u{feff}Name,IP,Port,Username,Groups\nweb1, 10.0.0.1 ,2222,ops,web;prod\n,10.0.0.2,,,\n";
    let found = shown(&csv::read(text).unwrap());
    assert_eq!(
        found,
        [
            "web1: Some(\"web1\") Some(\"ops\") 10.0.0.1:2222 in prod,web",
            "10.0.0.2: Some(\"10.0.0.2\") None 10.0.0.2:22 in ",
        ]
    );
}

#[test]
fn faults_name_their_line() {
    assert_eq!(ini::read("a\n[x:y]\n").unwrap_err().line, 2);
    assert_eq!(ini::read("a b\n").unwrap_err().line, 1);
    assert_eq!(ini::read("web[9:1]\n").unwrap_err().line, 1);
    assert_eq!(ini::read("web[1:99999999]\n").unwrap_err().line, 1);
    assert_eq!(yaml::read("all:\n  hosts: [a]\n").unwrap_err().line, 2);
    assert_eq!(csv::read("name,port\na,1\n").unwrap_err().line, 1);
    assert_eq!(csv::read("host,port\na,1\nb\n").unwrap_err().line, 3);
}
