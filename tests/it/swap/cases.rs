//! The ways in which helmfile hands a chart to helm: two releases of one chart
//! in each, `one` and `two`.

/// A project, and the rule that swaps its chart.
pub struct Case {
    pub name: &'static str,
    pub helmfile: &'static str,
    /// The chart as the rule names it.
    pub from: &'static str,
    /// What plain helmfile renders.
    pub remote: &'static str,
    /// What the local chart renders instead.
    pub local: &'static str,
}

const LOCAL: &str = "web-9.9.9";
const PATCHED: &str = "web-9.9.9 patched";

/// Patches as helmfile has them, for the object of a release.
macro_rules! json_patch {
    ($release:literal) => {
        concat!(
            "  jsonPatches:\n  - target: {version: v1, kind: ConfigMap, name: ",
            $release,
            "-web}\n    patch: [{op: add, path: /data/patched, value: 'yes'}]\n"
        )
    };
}

/// A helmfile with a repository and the releases `one` and `two` of one chart.
macro_rules! releases {
    ($chart:literal, $one:expr, $two:expr) => {
        concat!(
            "repositories:\n- {name: acme, url: REPO}\n",
            "- {name: ocirepo, url: OCI/charts, oci: true, plainHttp: true}\n",
            "releases:\n",
            "- name: one\n  namespace: NS\n  values: [{message: uno}]\n  chart: ",
            $chart,
            "\n",
            $one,
            "- name: two\n  namespace: NS\n  values: [{message: due}]\n  chart: ",
            $chart,
            "\n",
            $two
        )
    };
}

/// All of them. `concat!` takes no constants, hence the literals.
pub const CASES: [Case; 22] = [
    Case {
        name: "repository",
        helmfile: releases!("acme/web", "  version: 0.1.0\n", "  version: 0.2.0\n"),
        from: "acme/web",
        remote: "web-0.2.0",
        local: LOCAL,
    },
    Case {
        name: "repository_shared",
        helmfile: releases!("acme/web", "  version: 0.1.0\n", "  version: 0.1.0\n"),
        from: "acme/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "oci",
        helmfile: releases!(
            "oci://OCI/charts/web",
            "  version: 0.1.0\n  plainHttp: true\n",
            "  version: 0.1.0\n  plainHttp: true\n"
        ),
        from: "oci://OCI/charts/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "oci_repository",
        helmfile: releases!("ocirepo/web", "  version: 0.1.0\n", "  version: 0.2.0\n"),
        from: "ocirepo/web",
        remote: "web-0.2.0",
        local: LOCAL,
    },
    Case {
        name: "oci_repository_by_reference",
        helmfile: releases!("ocirepo/web", "  version: 0.1.0\n", "  version: 0.2.0\n"),
        from: "oci://OCI/charts/web",
        remote: "web-0.2.0",
        local: LOCAL,
    },
    Case {
        name: "oci_with_a_tag_in_the_rule",
        helmfile: releases!(
            "oci://OCI/charts/web",
            "  version: 0.1.0\n  plainHttp: true\n",
            "  version: 0.1.0\n  plainHttp: true\n"
        ),
        from: "oci://OCI/charts/web:0.1.0",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "strategic_merge_and_transformers",
        helmfile: releases!(
            "acme/web",
            "  version: 0.1.0\n  strategicMergePatches: [{apiVersion: v1, kind: ConfigMap, \
             metadata: {name: one-web}, data: {patched: 'yes'}}]\n",
            "  version: 0.1.0\n  transformers: [{apiVersion: builtin, kind: AnnotationsTransformer, \
             metadata: {name: notUsed}, annotations: {patched: 'yes'}, fieldSpecs: [{path: data, create: \
             true}]}]\n"
        ),
        from: "acme/web",
        remote: "web-0.1.0 patched",
        local: PATCHED,
    },
    Case {
        name: "oci_constraint",
        helmfile: releases!(
            "ocirepo/web",
            "  version: '>=0.1.0'\n",
            "  version: '>=0.1.0'\n"
        ),
        from: "ocirepo/web",
        remote: "web-0.2.0",
        local: LOCAL,
    },
    Case {
        name: "oci_without_version",
        helmfile: releases!("ocirepo/web", "", ""),
        from: "ocirepo/web",
        remote: "web-0.2.0",
        local: LOCAL,
    },
    Case {
        name: "path",
        helmfile: releases!("./charts/web", "", ""),
        from: "./charts/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "url",
        helmfile: releases!("REPO/web-0.1.0.tgz", "", ""),
        from: "REPO/web-0.1.0.tgz",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "json_patches_of_a_url",
        helmfile: releases!(
            "REPO/web-0.1.0.tgz",
            json_patch!("one"),
            json_patch!("two")
        ),
        from: "REPO/web-0.1.0.tgz",
        remote: "web-0.1.0 patched",
        local: PATCHED,
    },
    Case {
        name: "git",
        helmfile: releases!("git::file://GIT@web?ref=main", "", ""),
        from: "git::file://GIT@web?ref=main",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "json_patches_of_git",
        helmfile: releases!(
            "git::file://GIT@web?ref=main",
            json_patch!("one"),
            json_patch!("two")
        ),
        from: "git::file://GIT@web?ref=main",
        remote: "web-0.1.0 patched",
        local: PATCHED,
    },
    Case {
        name: "json_patches",
        helmfile: releases!(
            "acme/web",
            concat!("  version: 0.1.0\n", json_patch!("one")),
            concat!("  version: 0.1.0\n", json_patch!("two"))
        ),
        from: "acme/web",
        remote: "web-0.1.0 patched",
        local: PATCHED,
    },
    Case {
        name: "json_patches_of_oci",
        helmfile: releases!(
            "oci://OCI/charts/web",
            concat!("  version: 0.1.0\n  plainHttp: true\n", json_patch!("one")),
            concat!("  version: 0.1.0\n  plainHttp: true\n", json_patch!("two"))
        ),
        from: "oci://OCI/charts/web",
        remote: "web-0.1.0 patched",
        local: PATCHED,
    },
    Case {
        name: "json_patches_of_a_path",
        helmfile: releases!("./charts/web", json_patch!("one"), json_patch!("two")),
        from: "./charts/web",
        remote: "web-0.1.0 patched",
        local: PATCHED,
    },
    Case {
        name: "dependencies",
        helmfile: releases!(
            "acme/web",
            "  version: 0.1.0\n  dependencies: [{chart: acme/cache, version: 0.3.0}]\n",
            "  version: 0.1.0\n  dependencies: [{chart: acme/cache, version: 0.3.0}]\n"
        ),
        from: "acme/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "dependencies_of_oci",
        helmfile: releases!(
            "ocirepo/web",
            "  version: 0.1.0\n  dependencies: [{chart: acme/cache, version: 0.3.0}]\n",
            "  version: 0.1.0\n  dependencies: [{chart: acme/cache, version: 0.3.0}]\n"
        ),
        from: "ocirepo/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "force_namespace",
        helmfile: releases!(
            "acme/web",
            "  version: 0.1.0\n  forceNamespace: NS\n",
            "  version: 0.1.0\n  forceNamespace: NS\n"
        ),
        from: "acme/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "needs",
        helmfile: releases!(
            "acme/web",
            "  version: 0.1.0\n  needs: [NS/two]\n",
            "  version: 0.1.0\n"
        ),
        from: "acme/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
    Case {
        name: "sub_helmfiles",
        helmfile: "helmfiles:\n- path: sub/helmfile.yaml\n  selectors: [name=one]\n\
                   - path: sub/helmfile.yaml\n  selectors: [name=two]\n",
        from: "acme/web",
        remote: "web-0.1.0",
        local: LOCAL,
    },
];
