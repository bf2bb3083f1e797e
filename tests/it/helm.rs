//! Real helm and helmfile, both majors, without a cluster.

use std::fs;

use crate::bed::{Bed, HELMS, RULES, Setting, expected, images};
use crate::support::{Need, trial_needing};

pub fn trials() -> Vec<libtest_mimic::Trial> {
    let needs = ["helm3", "helm4", "helmfile"].map(Need::Tool);
    let tests: [(&str, fn()); 6] = [
        ("template_replaces_every_image", template_replaces_every_image),
        (
            "without_rules_the_rendering_is_the_same",
            without_rules_the_rendering_is_the_same,
        ),
        ("the_report_tells_what_helm_hides", the_report_tells_what_helm_hides),
        (
            "a_chart_that_renders_nothing_succeeds",
            a_chart_that_renders_nothing_succeeds,
        ),
        ("a_bad_rules_file_stops_helm", a_bad_rules_file_stops_helm),
        ("hooks_are_replaced_by_helm4_only", hooks_are_replaced_by_helm4_only),
    ];
    tests
        .map(|(name, test)| trial_needing(&needs, &format!("helm::{name}"), test))
        .into()
}

fn template_replaces_every_image() {
    for helm in HELMS {
        for setting in Setting::ALL {
            let bed = Bed::new(helm);
            let before = images(&bed.helmfile(&["template"]));
            assert!(before.len() > 5, "{before:?}");
            bed.write("helmfire.toml", RULES);
            let mut args = vec!["template"];
            args.extend(setting.apply(&bed));
            let after = images(&bed.helmfile(&args));
            assert_eq!(after, expected(&before), "{helm} {setting:?}");
        }
    }
}

fn without_rules_the_rendering_is_the_same() {
    for helm in HELMS {
        let bed = Bed::new(helm);
        let chart = "charts/web";
        let plain = bed.helm(&["template", "web", chart]);
        let filtered = bed.helm(&[
            "template",
            "web",
            chart,
            "--post-renderer",
            "helmfire-postrender",
        ]);
        if helm == "helm3" {
            assert_eq!(filtered, plain);
        } else {
            // Helm 4 itself parses and prints what goes through a post-renderer.
            assert_eq!(images(&filtered), images(&plain));
        }
    }
}

fn the_report_tells_what_helm_hides() {
    for helm in HELMS {
        let bed = Bed::new(helm);
        bed.write("helmfire.toml", RULES);
        bed.helmfile(&["template", "--post-renderer", "helmfire-postrender"]);
        let report = fs::read_to_string(bed.report()).unwrap();
        let rows: Vec<serde_json::Value> =
            report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let postgres = rows.iter().filter(|row| row["image"] == "postgres:15").count();
        assert!(postgres >= 2, "{helm}: {report}");
        assert!(rows.iter().all(|row| row["v"] == 1 && row["type"] == "replacement"));
    }
}

fn a_chart_that_renders_nothing_succeeds() {
    for helm in HELMS {
        let bed = Bed::new(helm);
        let chart = bed.project().join("empty");
        fs::create_dir_all(chart.join("templates")).unwrap();
        fs::write(
            chart.join("Chart.yaml"),
            "apiVersion: v2\nname: empty\nversion: 0.1.0\n",
        )
        .unwrap();
        fs::write(chart.join("templates/none.yaml"), "{{- if false }}\n{{- end }}\n")
            .unwrap();
        bed.helm(&["template", "empty", "--post-renderer", "helmfire-postrender"]);
    }
}

fn a_bad_rules_file_stops_helm() {
    for helm in HELMS {
        let bed = Bed::new(helm);
        bed.write("helmfire.toml", "[[image]]\nfrom = \"nginx\"\n");
        let output = bed.try_run(
            "helm",
            &[
                "template",
                "web",
                "charts/web",
                "--post-renderer",
                "helmfire-postrender",
            ],
        );
        assert!(!output.status.success(), "{helm}");
        assert!(output.stdout.is_empty(), "{helm}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        // Helm 4 keeps what a post-renderer says to itself.
        assert_eq!(
            stderr.contains("[[image]] needs 'to'"),
            helm == "helm3",
            "{stderr}"
        );
        let report = fs::read_to_string(bed.report()).unwrap();
        assert!(report.contains("[[image]] needs 'to'"), "{helm}: {report}");
    }
}

fn hooks_are_replaced_by_helm4_only() {
    for helm in HELMS {
        let bed = Bed::new(helm);
        bed.write("helmfire.toml", RULES);
        let hook = "apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-install
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: postgres:15
";
        bed.write("charts/db/templates/hook.yaml", hook);
        let text = bed.helm(&[
            "template",
            "db",
            "charts/db",
            "--post-renderer",
            "helmfire-postrender",
        ]);
        let kept = images(&text).contains(&"postgres:15".to_string());
        assert_eq!(kept, helm == "helm3", "{helm}: {text}");
    }
}
