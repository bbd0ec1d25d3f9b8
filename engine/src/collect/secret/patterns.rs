//! What secrets look like. Of a match its first group stays, the secret goes, and the second group stays. Must not
//! know where text comes from.

/// Words without which there is nothing to do; most output holds none of them.
pub(super) const SUSPECT: &str = concat!(
    r"(?i)\$(?:y|gy|7|6|5|1|md5|sha1|apr1|argon2[a-z]*|2[abxy]?)\$|\{s?(?:sha|md5)|pbkdf2|pass|pw|secret|auth",
    r"|psk|key|token|credential|community|com2sec|createuser|usmuser|//|login|eyj|gh[opsu]_|github_pat|glpat",
    r"|hv[sb]\.|xox|sk_live|private|static:|curl|wget|ldap|smb|mysql|mariadb|user|sink[ \t]| -u",
    r"|:[a-z0-9./]{13}:|\]:\w+[ \t]|:(?:\d{3,5}|\*):",
);

/// Where it stands says that it is a secret.
pub(super) const SECRETS: &[&str] = &[
    // crypt(5): the prefix tells the method. Then hashes of directories and of the days before crypt had prefixes.
    r"(\$(?:y|gy|7)\$)[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43,86}()",
    r"(\$6\$)(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{86}()",
    r"(\$5\$)(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{43}()",
    r"(\$(?:1|apr1)\$)[^$\s:]{1,8}\$[./A-Za-z0-9]{22}()",
    r"(\$2[abxy]?\$)\d\d\$[./A-Za-z0-9]{53}()",
    r#"(\$argon2(?:id|i|d)\$)[^\s:"']+()"#,
    r"(\$(?:md5|sha1)[$,])[^\s:]{20,}()",
    r#"(?i)(\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT)\})[^\s"',;]+()"#,
    r"(?m)^((?:\d+:)?[a-z_][a-z0-9_-]*:[!*]?)[./A-Za-z0-9]{13}(:\d*:)",
    r"(grub\.pbkdf2\.sha512\.\d+\.)[0-9A-Fa-f]{16,}\.[0-9A-Fa-f]{16,}()",
    // Keys and tokens that say what they are.
    r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----).*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)()",
    r"(?s)(Private-Lines: \d+\r?\n).*?(?:(Private-MAC)|\z)",
    r"(AGE-SECRET-KEY-1)[0-9A-Z]+()",
    r"\b(eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+()",
    r"\b(gh[opsu]_|github_pat_|glpat-|hv[sb]\.|xox[abeprs]-|sk_live_)[A-Za-z0-9_-]{12,}()",
    // Addresses.
    r#"(?i)((?:[a-z][a-z0-9+.-]*:)?//[^\s/:@"']*:)[^\s/@"']+(@)"#,
    r"(?i)(https?://)[a-z0-9_.-]{12,}(@)",
    r#"(?i)(hooks\.slack\.com/services/)[^\s"']+()"#,
    r#"(?i)(authorization["']?[ \t]*[:=][ \t]*["']?(?:bearer|basic|token|digest|apikey)?[ \t]*)[^\s"']+()"#,
    // snmpd.conf(5), snmp.conf(5).
    r"(?im)^((?:\d+:)?[ \t]*(?:r[ow]community6?|trapcommunity|defcommunity|def(?:auth|priv)?passphrase|authcommunity[ \t]+\S+)[ \t]+)\S+()",
    r"(?im)^((?:\d+:)?[ \t]*com2sec6?[ \t]+(?:-Cn[ \t]+\S+[ \t]+)?\S+[ \t]+\S+[ \t]+)\S+()",
    r"(?im)^((?:\d+:)?[ \t]*(?:trapsink|trap2sink|informsink)[ \t]+\S+[ \t]+)\S+()",
    r"(?im)^((?:\d+:)?[ \t]*(?:createuser|usmuser)[ \t]+\S+[ \t]+\S+[ \t]+)\S[^\n]*()$",
    // Directives whose value stands behind a blank.
    concat!(
        r"(?im)^((?:\d+:)?[ \t]*(?:requirepass|masterauth|rootbindpw|bindpw|rootpw|keyfile_password|auth_pass|wpa-psk",
        r"|wpa-passphrase|set[ \t]+password|radius-server[ \t]+key|enable[ \t]+(?:secret|password)(?:[ \t]+\d)?)[ \t]+)\S[^\n]*()$",
    ),
    r#"(?im)((?:^(?:\d+:)?|[{;])[ \t]*secret[ \t]+)[^\s=:;][^\s;=]*={0,2}["']?([\s;]|$)"#,
    r"(?i)(\blogin[ \t]+\S+[ \t]+password[ \t]+)\S+()",
    r#"(\b(?:PSK|XAUTH|EAP)[ \t]+")[^"\n]+(")"#,
    r"(?m)^((?:\d+:)?\[[^\]\s]+\](?::\w+)?[ \t]+[^\s:\[]+:)\S+()$",
    r"(?m)^((?:\d+:)?[^:\s]+:(?:\d{3,5}|\*):[^:\s]+:[^:\s]+:)[^:\s]+()$",
    r"(\bstatic:[^\s:]+:)\S+()",
    // Arguments of programs.
    r#"(?im)((?:^(?:\d+:)?|[\s"'])--(?:[a-z]+-)*(?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:secret|api|access)-?key)[= ])[^\s-]\S*()"#,
    r"(?i)([^\s#][ \t]+-(?:[a-z]+-)?(?:pass(?:word|wd|phrase)?|secret|token)[= ])[^\s-]\S*()",
    r"(?i)(-pass(?:in|out)?[ \t]+pass:)\S+()",
    r"(\bsshpass[ \t]+-p[ \t]*)\S+()",
    r"(\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;]*?[ \t]-p)\S+()",
    r"(\b(?:curl|wget)\b[^\n|;]*?[ \t](?:-u|--user|--proxy-user|-U)[= \t]*[^\s:]+:)\S+()",
    r"(\bldap(?:search|modify|add|delete|whoami|passwd)\b[^\n|;]*?[ \t]-w[ \t]*)\S+()",
    r"(?i)((?:\s-U[ \t]*|\buser(?:name)?=)[^\s%,]+%)[^\s,]+()",
    r"(?im)((?:^(?:\d+:)?|[\s;])(?:echo|printf)[ \t]+)[^|\n]+(\|[ \t]*(?:sudo[ \t]+)?(?:/\S*/)?(?:ch)?passwd\b)",
    // Markup.
    r"(?i)(<[\w:.-]*(?:password|passwd|passphrase|secret|token)(?:[ \t][^>]*[^/>])?>)[^<\n]+()",
    r#"(?i)(\b(?:key|name|id)="[^"]*(?:password|passwd|secret|token|apikey)[^"]*"[ \t]+value=")[^"]*()"#,
];

/// A name that ends like that of a secret.
macro_rules! name {
    () => {
        concat!(
            r"(?:[\w.-]*(?:pass(?:word|wd|phrase)|pwd|authtok|psk|secret|token|credentials|(?:bind|root|key|user)pw",
            r"|(?:api|access|account|private|secret|shared|preshared|pre_shared|crypt|encryption|signing|authentication|auth)[_-]?key",
            r"|secret_key_base|wep[_-]key\d?|_auth|tlspskvalue)",
            r"|(?:[\w.-]*[_.-])?pass|\w*[a-z](?-i:Pass))"
        )
    };
}

/// A line that gives it a value, which may hold blanks.
pub(super) const SETTING: &str = concat!(
    r#"(?im)^((?:\d+:)?[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+)?["']?("#,
    name!(),
    r#")["']?[ \t]*(?:=>|[:=])[ \t]*)(\S[^\n]*)$"#,
);

/// The same within a line.
pub(super) const INLINE: &str = concat!(
    r#"(?i)([\s,;&?"'({=:]"#,
    name!(),
    r#"["']?[ \t]*(?:=>|=|:[ \t]*["'])[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,;&"'<>)}]+)"#,
);

/// `password VALUE`: the control of PAM stands in this place too.
pub(super) const PASSWORD_LINE: &str =
    r"(?im)^((?:\d+:)?[ \t]*password[ \t]+)(\S+)((?:[ \t]+\S+)?[ \t]*)$";

/// What PAM has there.
pub(super) const PAM_CONTROL: &str =
    r"(?i)^(?:required|requisite|sufficient|optional|include|substack|\[)";

/// Aliases of sudoers(5) may have any name.
pub(super) const ALIAS_LINE: &str = r"^(?:\d+:)?\s*(?:User|Runas|Host|Cmnd|Cmd)_Alias\s";

/// Values that say how something is done, or where the secret is, rather than what it is.
pub(super) const HARMLESS: &str = concat!(
    r#"(?i)^(?:["']?(?:yes|no|true|false|on|off|none|null|nil|required|optional|enabled|disabled|never|always|ask|\d{1,3}|\*+|x)?["']?"#,
    r#"|["']?<?(?:/|~/|file:/|\./)[^"']*["']?"#,
    r#"|["']?(?:\$\{?\w+(?::-)?\}?|\$\([^)]*\)|%\w|\{\{.*\}\}|%\(.*\)s)["']?"#,
    r"|(?:(?:files|systemd|sss|compat|db|ldap|nis|nisplus|winbind|hesiod|myhostname|altfiles|cache|extrausers|\[[^\]]*\])[ \t]*)+",
    r"|(?:grub\.pbkdf2\.sha512\.\d+\.)?\[removed\].*)[;,]?\s*$",
);
