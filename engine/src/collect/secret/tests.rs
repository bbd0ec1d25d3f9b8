//! Canaries: one secret in every form in which files, scripts and arguments hold one, and what rules need as it is.

use super::*;

const CANARY: &str = "Zq7canary9Xw";

fn clean(text: &str) -> String {
    String::from_utf8(without_secrets(text.as_bytes()).into_owned()).unwrap()
}

#[test]
fn every_pattern_compiles() {
    assert_eq!(SECRETS.len(), patterns::SECRETS.len());
    let others = [
        &*SUSPECT,
        &*SETTING,
        &*INLINE,
        &*PASSWORD_LINE,
        &*PAM_CONTROL,
        &*ALIAS_LINE,
        &*HARMLESS,
    ];
    assert!(others.iter().all(|pattern| pattern.is_some()));
    assert!(SECRETS.iter().all(|pattern| pattern.captures_len() == 3));
}

#[test]
fn secrets_go_and_their_kind_stays() {
    let sha512 = format!("root:$6$rounds=5000$saltsalt${}:1:0", "a".repeat(86));
    let yescrypt = format!("ada:$y$j9T$F5Jx5fExrKuPp53xLKQ..1${}:1", "B".repeat(43));
    let grub = format!(
        "12:password_pbkdf2 root grub.pbkdf2.sha512.10000.{}.{}",
        "A1".repeat(64),
        "B2".repeat(64)
    );
    let user_cfg = grub.replace("12:password_pbkdf2 root ", "1:GRUB2_PASSWORD=");
    let key = "3:-----BEGIN OPENSSH PRIVATE KEY-----\n4:b3BlbnNzaC1rZXk\n5:-----END OPENSSH PRIVATE KEY-----\n6:x";
    for (given, left) in [
        (sha512.as_str(), "root:$6$[removed]:1:0"),
        (yescrypt.as_str(), "ada:$y$[removed]:1"),
        (
            grub.as_str(),
            "12:password_pbkdf2 root grub.pbkdf2.sha512.10000.[removed]",
        ),
        (
            user_cfg.as_str(),
            "1:GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.[removed]",
        ),
        (key, "3:-----BEGIN OPENSSH PRIVATE KEY-----[removed]\n6:x"),
        (
            "7:ldap_default_authtok = hunter2",
            "7:ldap_default_authtok = [removed]",
        ),
        ("db_password: hunter2", "db_password: [removed]"),
        (
            "3:rocommunity public 10.0.0.0/8",
            "3:rocommunity [removed] 10.0.0.0/8",
        ),
        (
            "* * * * * root dump --password=hunter2 db",
            "* * * * * root dump --password=[removed] db",
        ),
        (
            "deb https://ada:hunter2@example.org/ stable",
            "deb https://ada:[removed]@example.org/ stable",
        ),
    ] {
        assert_eq!(clean(given), left);
    }
}

/// What holds the canary as a secret.
const HELD: &[&str] = &[
    "password = Zq7canary9Xw",
    "password=Zq7canary9Xw",
    "Password: Zq7canary9Xw",
    "passwd: Zq7canary9Xw",
    "\"password\": \"Zq7canary9Xw\",",
    "'password' => 'Zq7canary9Xw',",
    "db.password=Zq7canary9Xw",
    "spring.datasource.password=Zq7canary9Xw",
    "DB_PASSWORD=Zq7canary9Xw",
    "export DB_PASSWORD='Zq7canary9Xw'",
    "MYSQL_PWD=Zq7canary9Xw",
    "PGPASSWORD=Zq7canary9Xw",
    "Environment=PGPASSWORD=Zq7canary9Xw",
    "Environment=\"DB_PASS=Zq7canary9Xw\" \"X=1\"",
    "requirepass Zq7canary9Xw",
    "masterauth Zq7canary9Xw",
    "  password Zq7canary9Xw",
    "rootpw Zq7canary9Xw",
    "rootpw {SSHA}Zq7canary9Xwabcdefgh",
    "bindpw Zq7canary9Xw",
    "rootbindpw Zq7canary9Xw",
    "ldap_default_authtok = Zq7canary9Xw",
    "bind_password = Zq7canary9Xw",
    "olcRootPW: Zq7canary9Xw",
    "tls_key_password: Zq7canary9Xw",
    "BINDPW=Zq7canary9Xw",
    "credentials=Zq7canary9Xw",
    "binddn cn=x,dc=y\nbindpw Zq7canary9Xw",
    "rocommunity Zq7canary9Xw",
    "rwcommunity Zq7canary9Xw 10.0.0.0/8",
    "rocommunity6 Zq7canary9Xw",
    "com2sec readonly default Zq7canary9Xw",
    "com2sec6 x default Zq7canary9Xw",
    "com2sec -Cn ctx notConfigUser default Zq7canary9Xw",
    "trapcommunity Zq7canary9Xw",
    "trapsink 10.0.0.1 Zq7canary9Xw",
    "trap2sink 10.0.0.1 Zq7canary9Xw 162",
    "createUser bob SHA Zq7canary9Xw AES Zq7canary9Xw",
    "createUser bob SHA \"Zq7canary9Xw x\" AES",
    "informsink host Zq7canary9Xw",
    "authcommunity log,execute Zq7canary9Xw",
    "usmUser 1 3 0x80 0xZq7canary9Xw",
    "defAuthPassphrase Zq7canary9Xw",
    "defPrivPassphrase Zq7canary9Xw",
    "defCommunity Zq7canary9Xw",
    "wpa_passphrase=Zq7canary9Xw",
    "\tpsk=\"Zq7canary9Xw\"",
    "psk=Zq7canary9Xw",
    "wep_key0=Zq7canary9Xw",
    "wifi.wep-key0=Zq7canary9Xw",
    "private_key_passwd=\"Zq7canary9Xw\"",
    "PreSharedKey = Zq7canary9Xw",
    "PrivateKey = Zq7canary9XwabcdefghijklmnopqrstuvwxyzABCDEF012=",
    ": PSK \"Zq7canary9Xw\"",
    "10.0.0.1 %any : PSK \"Zq7canary9Xw\"",
    "leftsubnet=x\nsecret = Zq7canary9Xw",
    "wpa-psk Zq7canary9Xw",
    "        wpa-psk Zq7canary9Xw",
    "802-11-wireless-security.psk=Zq7canary9Xw",
    "      password: \"Zq7canary9Xw\"",
    "sae_password=Zq7canary9Xw",
    "https://user:Zq7canary9Xw@example.org/x",
    "postgres://app:Zq7canary9Xw@db/app",
    "redis://:Zq7canary9Xw@db:6379",
    "amqp://u:Zq7canary9Xw@h",
    "proxy=http://u:Zq7canary9Xw@p:3128",
    "mongodb+srv://u:Zq7canary9Xw@c/x",
    "//user:Zq7canary9Xw@server/share",
    "jdbc:mysql://h/db?user=a&password=Zq7canary9Xw",
    "https://h/x?token=Zq7canary9Xw&y=1",
    "https://h/?api_key=Zq7canary9Xw",
    "https://Zq7canary9Xw@github.com/x.git",
    "s3://AKIA:Zq7canary9Xw@b",
    "server=x;Uid=a;Pwd=Zq7canary9Xw;",
    "Server=x;Password=Zq7canary9Xw;Database=y",
    "api_key: Zq7canary9Xw",
    "apikey=Zq7canary9Xw",
    "API-KEY: Zq7canary9Xw",
    "X-Api-Key: Zq7canary9Xw",
    "Authorization: Bearer Zq7canary9Xw",
    "authorization: Basic Zq7canary9Xw==",
    "token: Zq7canary9Xw",
    "auth_token = Zq7canary9Xw",
    "access_token=Zq7canary9Xw",
    "refresh_token: Zq7canary9Xw",
    "client_secret: Zq7canary9Xw",
    "clientSecret: Zq7canary9Xw",
    "secretKey: Zq7canary9Xw",
    "secret_key_base: Zq7canary9Xw",
    "aws_secret_access_key = Zq7canary9Xw",
    "AWS_SECRET_ACCESS_KEY=Zq7canary9Xw",
    "SECRET_KEY = 'Zq7canary9Xw'",
    "accessKey: Zq7canary9Xw",
    "GITHUB_TOKEN=Zq7canary9Xw",
    "slack_webhook=https://hooks.slack.com/services/T00/B00/Zq7canary9Xw",
    "//registry.npmjs.org/:_authToken=Zq7canary9Xw",
    "_auth=Zq7canary9Xw",
    "sshpass -p Zq7canary9Xw ssh x",
    "mysql -uroot -pZq7canary9Xw db",
    "curl -u admin:Zq7canary9Xw https://x",
    "curl --user admin:Zq7canary9Xw https://x",
    "curl -H 'Authorization: Bearer Zq7canary9Xw' x",
    "wget --http-password=Zq7canary9Xw x",
    "smbclient -U u%Zq7canary9Xw //s/x",
    "mount -o username=u,password=Zq7canary9Xw //s/x /m",
    "//s/x /m cifs username=u,password=Zq7canary9Xw,uid=0 0 0",
    "//s/x /m cifs user=u%Zq7canary9Xw 0 0",
    "ldapsearch -x -D cn=x -w Zq7canary9Xw",
    "openssl enc -pass pass:Zq7canary9Xw",
    "openssl x -passin pass:Zq7canary9Xw",
    "ansible_password=Zq7canary9Xw",
    "ansible_become_pass=Zq7canary9Xw",
    "ansible_ssh_pass: Zq7canary9Xw",
    "echo Zq7canary9Xw | passwd --stdin root",
    "echo 'root:Zq7canary9Xw' | chpasswd",
    "machine x login y password Zq7canary9Xw",
    "host:5432:db:user:Zq7canary9Xw",
    "<Connector keystorePass=\"Zq7canary9Xw\" port=\"1\"/>",
    "<password>Zq7canary9Xw</password>",
    "<add key=\"Password\" value=\"Zq7canary9Xw\"/>",
    "<user username=\"a\" password=\"Zq7canary9Xw\" roles=\"x\"/>",
    "keyPassword=\"Zq7canary9Xw\"",
    "truststore.password=Zq7canary9Xw",
    "set password Zq7canary9Xw",
    "radius-server key Zq7canary9Xw",
    "secret Zq7canary9Xw",
    "shared_secret = Zq7canary9Xw",
    "key \"x\" { algorithm hmac-sha256; secret \"Zq7canary9Xwabc==\"; };",
    "\tsecret \"Zq7canary9Xw\";",
    "auth_pass Zq7canary9Xw",
    "    auth_pass Zq7canary9Xw",
    "authentication_key=Zq7canary9Xw",
    "relay_password: Zq7canary9Xw",
    "smtp_sasl_password_maps = static:u:Zq7canary9Xw",
    "[mail]:587 u:Zq7canary9Xw",
    "AuthPass=Zq7canary9Xw",
    "passphrase: Zq7canary9Xw",
    "ssl.key.passphrase=Zq7canary9Xw",
    "admin_pass = Zq7canary9Xw",
    "rabbit_password=Zq7canary9Xw",
    "zabbix DBPassword=Zq7canary9Xw",
    "DBPassword=Zq7canary9Xw",
    "TLSPSKValue=Zq7canary9Xw",
    "vault_token: Zq7canary9Xw",
    "hvs.Zq7canary9XwCAESIJabcdefghijkl",
    "ghp_Zq7canary9Xwabcdefghijklmnopqrstuvwxyz0123",
    "glpat-Zq7canary9Xwabcdefgh",
    "xoxb-123456789012-Zq7canary9Xw",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxZq7canary9Xw.Zq7canary9Xwabcdefgh",
    "-----BEGIN RSA PRIVATE KEY-----\nZq7canary9Xw\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\nZq7canary9Xw\n-----END PGP PRIVATE KEY BLOCK-----",
    "1:-----BEGIN ENCRYPTED PRIVATE KEY-----\n2:Zq7canary9Xw",
    "ssh_key: |\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  Zq7canary9Xw\n  -----END OPENSSH PRIVATE KEY-----",
    "\"key\":\"-----BEGIN PRIVATE KEY-----\\nZq7canary9Xw\\n-----END PRIVATE KEY-----\\n\"",
    "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nZq7canary9Xw",
    "user:{SHA}Zq7canary9Xwabcdefghijklmnop=",
    "u:{SSHA}Zq7canary9Xwabcdefghijklmnopqrst",
    "x:$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$Zq7canary9Xwabc",
    "password root Zq7canary9Xw",
    "crypt_key=Zq7canary9Xw",
    "keyfile_password Zq7canary9Xw",
    "join_password: Zq7canary9Xw",
    "--password Zq7canary9Xw",
    "--password=Zq7canary9Xw",
    "--token Zq7canary9Xw",
    "-passwd=Zq7canary9Xw",
    "--secret-key=Zq7canary9Xw",
    "--api-key Zq7canary9Xw",
    "--admin-pass Zq7canary9Xw",
];

/// Hashes hold no canary; nothing of their last part may stay.
const HASHES: &[(&str, usize)] = &[
    ("root:$6$salt$", 86),
    ("root:$5$rounds=5000$salt$", 43),
    ("user:$apr1$abcdefgh$", 22),
    ("root:$1$salt$", 22),
    ("user:$2y$05$", 53),
    ("password --md5 $1$abc$", 22),
];

#[test]
fn no_canary_is_left() {
    let kept: Vec<(&str, String)> = HELD
        .iter()
        .flat_map(|text| {
            [
                (*text, clean(text)),
                (*text, clean(&format!("12:{text}\nnext"))),
            ]
        })
        .filter(|(_, clean)| clean.contains(CANARY))
        .collect();
    assert_eq!(kept, []);
    for (before, length) in HASHES {
        let left = clean(&format!(
            "{before}{}:1:0",
            "Zq".repeat(length / 2 + 1).split_at(*length).0
        ));
        assert!(!left.contains("ZqZq"), "{left}");
    }
    assert_eq!(
        clean("ada:aaABCDEFGHIJK:17000:0:99999:7:::"),
        "ada:[removed]:17000:0:99999:7:::"
    );
}

#[test]
fn bytes_that_are_no_text_hide_no_secret() {
    for text in [
        &b"password = \xff\xfeZq7canary9Xw\xff"[..],
        b"\xffx\nrequirepass \xffZq7canary9Xw\n",
    ] {
        let clean = without_secrets(text);
        assert!(
            !clean
                .windows(CANARY.len())
                .any(|part| part == CANARY.as_bytes())
        );
    }
}

/// What rules judge.
const NEEDED: &[&str] = &[
    "8:passwd:         files systemd",
    "1:password requisite pam_pwquality.so retry=3",
    "token = /run/secrets/token",
    "6:use_secret = yes",
    "User_Alias SECRET=ada,bob",
    "Cmnd_Alias PASSWD = /usr/bin/passwd",
    "Cmnd_Alias PASSWORD=/usr/bin/passwd root",
    "Host_Alias TOKEN=10.0.0.1",
    "ada ALL=(ALL) NOPASSWD: ALL",
    "ada ALL=(ALL) PASSWD: /bin/ls",
    "%wheel ALL=(ALL) NOPASSWD:ALL",
    "Defaults passwd_tries=3",
    "Defaults passwd_timeout=1",
    "Defaults !targetpw",
    "Defaults rootpw",
    "Defaults timestamp_timeout=5",
    "Defaults passprompt=\"[sudo] password for %p: \"",
    "PASS_MAX_DAYS\t90",
    "PASS_MAX_DAYS=90",
    "PASS_MIN_DAYS 1",
    "PASS_WARN_AGE 7",
    "ENCRYPT_METHOD SHA512",
    "PASS_CHANGE_TRIES 5",
    "PASS_ALWAYS_WARN yes",
    "password requisite pam_pwquality.so retry=3",
    "password sufficient pam_unix.so sha512 shadow use_authtok",
    "password [success=1 default=ignore] pam_unix.so obscure yescrypt",
    "password\trequired\tpam_pwhistory.so remember=5 use_authtok",
    "password include system-auth",
    "password substack password-auth",
    "-password optional pam_gnome_keyring.so use_authtok",
    "@include common-password",
    "passwd: files sss",
    "passwd:         files systemd",
    "shadow: files",
    "PasswordAuthentication no",
    "passwordauthentication no",
    "PermitEmptyPasswords no",
    "permitemptypasswords no",
    "KbdInteractiveAuthentication no",
    "12:PasswordAuthentication yes",
    "authorizedkeyscommand none",
    "hostkey /etc/ssh/ssh_host_rsa_key",
    "set superusers=\"root\"",
    "export superusers",
    "password_pbkdf2 root grub.pbkdf2.sha512.10000.[removed]",
    "minlen = 14",
    "enforce_for_root",
    "secret = /etc/x/secret",
    "token_file=/var/run/token",
    "tokenFile: /var/run/token",
    "password_file=/etc/x",
    "password-file: /etc/pw",
    "password_hashing = sha512",
    "krb5_store_password_if_offline = True",
    "ldap_id_use_start_tls = True",
    "offline_credentials_expiration = 1",
    "cache_credentials = False",
    "use_authtok",
    "pam_cert_auth = True",
    "passwordQuota: 5",
    "password_min_length: 14",
    "password_max_age = 90",
    "passwords_max = 3",
    "password_encryption = scram-sha-256",
    "password_encryption = 'scram-sha-256'",
    "default_password_lifetime=90",
    "validate_password.policy=STRONG",
    "validate_password_length=14",
    "tmpfs /tmp tmpfs rw,nosuid,nodev,noexec 0 0",
    "-a always,exit -F path=/usr/bin/passwd -F perm=x -F auid>=1000 -F auid!=unset -k privileged-passwd",
    "-w /etc/passwd -p wa -k identity",
    "-w /etc/shadow -p wa -k passwd_changes",
    "-a always,exit -F arch=b64 -F path=/etc/security/opasswd -F perm=wa -F key=passwd",
    "install usb-storage /bin/false",
    "net.ipv4.conf.all.secure_redirects = 0",
    "kernel.kptr_restrict = 2",
    "http://deb.debian.org/debian",
    "deb [signed-by=/k.gpg] https://deb.debian.org/debian bookworm main",
    "gpgkey=file:///etc/pki/rpm-gpg/KEY",
    "session optional pam_keyinit.so",
    "auth required pam_faillock.so preauth deny=3",
    "secure_redirects=0",
    "/etc/passwd\t0644\troot\troot",
    "/usr/bin/passwd 4755 root",
    "setuid\t4755\troot\troot\t/usr/bin/passwd",
    "passwd\t1:4.13\tinstall ok installed",
    "passwd\troot\tshadow\t0\t0\t/root\t/bin/bash",
    "shadow\tada\tyescrypt\t20390\t1\t90\t7\t30\t",
    "ii  libsecret-1-0:amd64",
    "libpam-passwdqc",
    "systemd-ask-password-wall.path enabled",
    "systemd-ask-password-console.service",
    "LoadState=loaded",
    "tcp LISTEN 0 128 [::1]:25 [::]:*",
    "ExecStart=-/bin/sh -c 'exec systemd-sulogin-shell rescue'",
    "ExecStart=-/usr/lib/systemd/systemd-sulogin-shell rescue",
    "Key exchange: x",
    "macs hmac-sha2-256-etm@openssh.com",
    "ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com",
    "rekeylimit 512M 1h",
    "view all included .1",
    "agentAddress udp:127.0.0.1:161",
    "disable-user-list=true",
    "ALLOW_PASSWORD_CHANGE=yes",
    "AllowPasswordAuthentication: false",
    "PrivateTmp=true",
    "PrivateDevices=yes",
    "TokenLimit: 5",
    "tokens = 4",
    "max_tokens=100",
    "ssl_key = </etc/dovecot/private.key",
    "SSLCertificateKeyFile /etc/ssl/private/k.key",
    "disable_plaintext_auth = yes",
    "auth_mechanisms = plain login",
    "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd",
    "smtpd_sasl_auth_enable = yes",
    "passwordauth = no",
];

#[test]
fn what_rules_judge_stays() {
    for text in NEEDED {
        assert_eq!(clean(text), **text);
        let numbered = format!("12:{text}");
        assert_eq!(clean(&numbered), numbered);
    }
    let alias = "User_Alias SECRET=ada, \\\n    bob\nada ALL=(ALL) PASSWD: ALL\nSECRET ALL=(ALL) NOPASSWD: ALL";
    assert_eq!(clean(alias), alias);
}
