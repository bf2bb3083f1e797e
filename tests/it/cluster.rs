//! Real helmfile against a real API server: what the cluster holds afterwards.

use crate::bed::{Bed, HELMS, RULES, Setting, replaced};
use crate::services::cluster::{Cluster, NEEDS};
use crate::support::{Need, trial_needing};

pub fn trials() -> Vec<libtest_mimic::Trial> {
    let needs = [&["helm3", "helm4", "helmfile"].map(Need::Tool)[..], &NEEDS].concat();
    let tests: [(&str, fn()); 2] = [
        ("sync_deploys_the_replacements", sync_deploys_the_replacements),
        ("rollback_and_get_manifest_agree", rollback_and_get_manifest_agree),
    ];
    tests
        .map(|(name, test)| trial_needing(&needs, &format!("cluster::{name}"), test))
        .into()
}

/// All images of the workloads in `namespace`, as `kind/name image …` lines.
fn images(cluster: &Cluster, namespace: &str) -> Vec<String> {
    let template = r"{{range .items}}{{.kind}}/{{.metadata.name}}{{
        with .spec.imageName}} {{.}}{{end}}{{
        with .spec.template}}{{range .spec.initContainers}} {{.image}}{{end}}{{
            range .spec.containers}} {{.image}}{{end}}{{end}}{{
        with .spec.jobTemplate}}{{range .spec.template.spec.containers}} {{.image}}{{
            end}}{{end}}
{{end}}";
    let workloads = "deployments,statefulsets,daemonsets,cronjobs";
    let known =
        cluster.kubectl(&["api-resources", "--api-group", "postgresql.cnpg.io"]);
    let custom = if known.contains("clusters") { ",clusters" } else { "" };
    let kinds = format!("{workloads}{custom}");
    let args =
        ["-n", namespace, "get", &kinds, "-o", "go-template", "--template", template];
    let text = cluster.kubectl(&args);
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    lines.sort();
    lines
}

fn expected(lines: &[String]) -> Vec<String> {
    let words =
        |line: &String| line.split(' ').map(replaced).collect::<Vec<_>>().join(" ");
    lines.iter().map(words).collect()
}

fn sync_deploys_the_replacements() {
    for helm in HELMS {
        let cluster = Cluster::up();
        let before = {
            let bed = Bed::new(helm);
            bed.use_cluster(&cluster.kubeconfig());
            bed.helmfile(&["sync"]);
            (images(&cluster, "shop"), images(&cluster, "monitoring"))
        };
        assert!(
            before.0.iter().any(|line| line.contains(" postgres:15")),
            "{before:?}"
        );
        for setting in Setting::ALL {
            let bed = Bed::new(helm);
            bed.use_cluster(&cluster.kubeconfig());
            // Without a rule everything is as before; with them it changes.
            bed.helmfile(&["sync"]);
            assert_eq!(images(&cluster, "shop"), before.0, "{helm} {setting:?}");
            bed.write("helmfire.toml", RULES);
            let mut args = vec!["sync"];
            args.extend(setting.apply(&bed));
            bed.helmfile(&args);
            assert_eq!(
                images(&cluster, "shop"),
                expected(&before.0),
                "{helm} {setting:?}"
            );
            assert_eq!(
                images(&cluster, "monitoring"),
                expected(&before.1),
                "{helm} {setting:?}"
            );
        }
    }
}

fn rollback_and_get_manifest_agree() {
    let cluster = Cluster::up();
    for helm in HELMS {
        let bed = Bed::new(helm);
        bed.use_cluster(&cluster.kubeconfig());
        let namespace = format!("{helm}-ns");
        let deploy = || {
            let args =
                ["upgrade", "--install", "db", "charts/db", "--create-namespace"];
            let rest =
                ["--namespace", &namespace, "--post-renderer", "helmfire-postrender"];
            bed.helm(&[&args[..], &rest[..]].concat());
        };
        let manifest =
            || bed.helm(&["get", "manifest", "db", "--namespace", &namespace]);
        bed.write("helmfire.toml", RULES);
        deploy();
        let (first, stored) = (images(&cluster, &namespace), manifest());
        assert!(stored.contains("localhost:5000/postgres:my-test"), "{helm}: {stored}");
        assert!(
            first[0].contains("localhost:5000/postgres:my-test"),
            "{helm}: {first:?}"
        );
        bed.write("helmfire.toml", &RULES.replace("my-test", "other"));
        deploy();
        assert!(manifest().contains("localhost:5000/postgres:other"), "{helm}");
        bed.helm(&["rollback", "db", "1", "--namespace", &namespace]);
        assert_eq!(manifest(), stored, "{helm}");
        assert_eq!(images(&cluster, &namespace), first, "{helm}");
    }
}
