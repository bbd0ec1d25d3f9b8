//! A key whose private number is one byte short, plain and encrypted. Made by `ssh-keygen` for this
//! test and used nowhere else.

use domain::port::KeyRefusal;

use super::super::inspect_key;

const PLAIN: &str = "\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS
1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQSz7xig5gTiRR6O12ntVp/tcqoaCpYa
unHi39jzb3unMSRjmY7x5S8kzXp1m60F7pkr6BfIUo8crK8FntxCyVTeAAAAoBpBKVYaQS
lWAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLPvGKDmBOJFHo7X
ae1Wn+1yqhoKlhq6ceLf2PNve6cxJGOZjvHlLyTNenWbrQXumSvoF8hSjxysrwWe3ELJVN
4AAAAfNrYR8N8Y7KLTDpSNNJ+KjPTQcSaR40kqeFB+GamQ2gAAAAR0ZXN0AQIDBAU=
-----END OPENSSH PRIVATE KEY-----
";

const ENCRYPTED: &str = "\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBuZl+LqK
si2NWwQiIiy1b9AAAABAAAAAEAAABoAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlz
dHAyNTYAAABBBLPvGKDmBOJFHo7Xae1Wn+1yqhoKlhq6ceLf2PNve6cxJGOZjvHlLyTNen
WbrQXumSvoF8hSjxysrwWe3ELJVN4AAACgn32mQywge+h+IKoFPAM9NuLgIBXPFevW5CpB
T8LmJVs2b+LtaM4zmXnCVCwSXc/nb+25t+AY6O11hg/D5lO0JbjS/52yorW3Kqz1ejvnmQ
+edoeM3qNAewQ8qdTeU416TooLzt66zov88WZWSCQI0QguIdPCGFgWUkCtcxC0PdunN59g
DV2xvNx+yodcwTJzoMv32tK8VZ9lzKYFozOCkA==
-----END OPENSSH PRIVATE KEY-----
";

#[test]
fn short_private_number_is_read_plain_and_encrypted() {
    let expected = "SHA256:8zG999c4pPK+NjziDbHi55sEvalKs+xxyaJrll+rRG4";
    for (text, passphrase) in [(PLAIN, None), (ENCRYPTED, Some("open sesame"))] {
        let facts = inspect_key(text, passphrase).unwrap();
        assert_eq!(facts.fingerprint, expected);
        assert_eq!(
            (facts.algorithm.as_str(), facts.bits),
            ("ecdsa-sha2-nistp256", 256)
        );
    }
    assert_eq!(
        inspect_key(ENCRYPTED, Some("wrong")),
        Err(KeyRefusal::PassphraseWrong)
    );
}
