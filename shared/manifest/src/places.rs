//! What is an image field.
//!
//! Every scalar under a key `image`, whatever the kind; `volumes[].image.reference`;
//! the fields of well-known custom resources that are called otherwise; and what
//! the user adds with `[[field]]`.
//!
//! The table comes from a census of the schemas of 3,978 custom resources. Left
//! out are fields that hold something else: disk images of virtual machines,
//! addresses of pictures, names of other objects.

use helmfire_rules::{FieldForm, FieldPath, FieldRule, Step};

use crate::scan::{Object, Segment};

/// Fields of a group that hold an image under another key than `image`.
const WELL_KNOWN: &[(&str, &[&str])] = &[
    ("acid.zalan.do", &["dockerImage"]),
    ("ais.nvidia.com", &["initImage", "logSidecarImage", "nodeImage"]),
    ("anywhere.eks.amazonaws.com", &["customImage"]),
    ("apps.emqx.io", &["reloaderImage"]),
    ("apps.gitlab.com", &["buildImage", "helperImage", "runnerImage"]),
    ("authzed.com", &["baseImage"]),
    ("cdi.kubevirt.io", &["initImageURL"]),
    ("ceph.rook.io", &["objectProvisionerImage"]),
    (
        "controlplane.cluster.x-k8s.io",
        &["containerImageName", "prometheusImage", "proxyImage"],
    ),
    ("dataflow.cnrm.cloud.google.com", &["sdkContainerImage"]),
    ("dbaas.percona.com", &["databaseImage", "initImage"]),
    ("dynatrace.com", &["codeModulesImage"]),
    ("helm.cattle.io", &["jobImage"]),
    ("hivemq.com", &["initBusyboxImage", "initDnsWaitImage"]),
    ("infrastructure.cluster.x-k8s.io", &["customImage"]),
    ("job.min.io", &["mcImage"]),
    ("k0smotron.io", &["prometheusImage", "proxyImage"]),
    ("kafka.strimzi.io", &["brokerRackInitImage", "clientRackInitImage"]),
    ("kubevirt.io", &["initImageURL", "sidecarImage"]),
    ("longhorn.io", &["engineImage"]),
    ("monitoring.coreos.com", &["baseImage"]),
    ("operator.cluster.x-k8s.io", &["imageUrl"]),
    ("operator.victoriametrics.com", &["configReloaderImage"]),
    ("pingcap.com", &["baseImage", "toolImage", "warmupImage"]),
    ("pkg.crossplane.io", &["package"]),
    ("pool.kubevirt.io", &["initImageURL"]),
    ("postgresql.cnpg.io", &["imageName"]),
    ("ps.percona.com", &["initImage"]),
    ("psmdb.percona.com", &["initImage"]),
    ("pxc.percona.com", &["initImage"]),
    ("rabbitmq.com", &["defaultUserUpdaterImage"]),
    ("resource.streamnative.io", &["artifactImage"]),
    ("sagemaker.services.k8s.aws", &["ruleEvaluatorImage", "trainingImage"]),
    ("scylla.scylladb.com", &["scyllaUtilsImage"]),
    ("snapshot.kubevirt.io", &["initImageURL"]),
    (
        "vault.banzaicloud.com",
        &["bankVaultsImage", "fluentdImage", "statsdImage", "veleroFsfreezeImage"],
    ),
];

/// Annotations that hold an image, on any object.
const ANNOTATIONS: &[&str] = &["sidecar.istio.io/proxyImage"];

/// Bytes of which one stands in any document that holds a well-known field
/// whose key does not contain `mage`.
pub(crate) const OTHER_MARKS: &[&str] = &["pkg.crossplane.io"];

/// Whether `key` is one that an image field may have.
pub(crate) fn is_known_key(key: &str) -> bool {
    // Asked for every scalar: what has no "age" in it is none of them.
    if !key.as_bytes().windows(3).any(|part| part == b"age") {
        return false;
    }
    key == "image"
        || ANNOTATIONS.contains(&key)
        || WELL_KNOWN.iter().any(|(_, keys)| keys.contains(&key))
}

/// Whether the scalar at `path` may be an image, whatever its object. A superset
/// of what [`claim`] confirms.
pub(crate) fn may_be_image(path: &[Segment<'_>], fields: &[FieldRule]) -> bool {
    let known = match path {
        [.., parent, last] if last.is("reference") => parent.is("image"),
        [.., Segment::Key(key)] => is_known_key(key),
        _ => false,
    };
    known
        || fields.iter().any(|field| match (field.path.steps().last(), path.last()) {
            (Some(step), Some(segment)) => step_matches(step, segment),
            _ => false,
        })
}

/// Why a scalar is an image field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It is one by itself.
    Known,
    /// A `[[field]]` says so.
    Asked(FieldForm),
}

/// Why the scalar at `path` of `object` is an image field, or `None` if it is not.
pub(crate) fn claim(
    object: &Object<'_>,
    path: &[Segment<'_>],
    fields: &[FieldRule],
) -> Option<Claim> {
    let kind = object.kind.as_deref().unwrap_or_default();
    let asked = fields.iter().find(|field| {
        field.kind == kind
            && field.group.as_deref().is_none_or(|group| group == object.group())
            && path_matches(&field.path, path)
    });
    if let Some(field) = asked {
        return Some(Claim::Asked(field.form));
    }
    let found = match path {
        [.., volumes, Segment::Index(_), image, reference]
            if volumes.is("volumes")
                && image.is("image")
                && reference.is("reference") =>
        {
            true
        }
        [.., Segment::Key(key)] => {
            key == "image" || is_annotation(path) || is_well_known(object, path, key)
        }
        _ => false,
    };
    (found && !is_denied(object, path)).then_some(Claim::Known)
}

/// Whether nothing below `path` is ever an image that runs.
fn is_denied(object: &Object<'_>, path: &[Segment<'_>]) -> bool {
    let kind = object.kind.as_deref().unwrap_or_default();
    let has = |key: &str| path.iter().any(|segment| segment.is(key));
    let ends = |keys: &[&str]| {
        path.len() >= keys.len()
            && keys
                .iter()
                .rev()
                .zip(path.iter().rev())
                .all(|(key, segment)| segment.is(key))
    };
    let begins = |keys: &[&str]| {
        path.len() >= keys.len()
            && keys.iter().zip(path).all(|(key, segment)| segment.is(key))
    };
    // A schema describes images, it does not run them.
    kind == "CustomResourceDefinition"
        // Text that nobody may see, and no images in any case.
        || (kind == "Secret" && object.group().is_empty())
        // A label holds no slash and no colon; what it names is something else.
        || path.iter().rev().nth(1).is_some_and(is_labels)
        // Reported by a controller, not wished for.
        || begins(&["status"])
        // A block device in a Ceph pool.
        || has("rbd")
        // A pattern that images are checked against.
        || (object.group() == "kyverno.io" && has("verifyImages"))
        // The image that a build is pushed to.
        || (object.group() == "kafka.strimzi.io" && begins(&["spec", "build", "output"]))
        // The disk of a virtual machine.
        || (object.group() == "infrastructure.cluster.x-k8s.io"
            && ends(&["spec", "image"]))
}

/// Whether the values below are labels, or select by labels.
fn is_labels(segment: &Segment<'_>) -> bool {
    ["labels", "matchLabels", "nodeSelector", "selector"]
        .iter()
        .any(|key| segment.is(key))
}

fn is_well_known(object: &Object<'_>, path: &[Segment<'_>], key: &str) -> bool {
    let group = object.group();
    path.first().is_some_and(|first| first.is("spec"))
        && WELL_KNOWN.iter().any(|(own, keys)| *own == group && keys.contains(&key))
}

fn is_annotation(path: &[Segment<'_>]) -> bool {
    match path {
        [.., annotations, Segment::Key(key)] => {
            annotations.is("annotations") && ANNOTATIONS.contains(&key.as_ref())
        }
        _ => false,
    }
}

fn path_matches(pattern: &FieldPath, path: &[Segment<'_>]) -> bool {
    let steps = pattern.steps();
    steps.len() == path.len() && steps.iter().zip(path).all(|(s, p)| step_matches(s, p))
}

fn step_matches(step: &Step, segment: &Segment<'_>) -> bool {
    match (step, segment) {
        (Step::Key(key), segment) => segment.is(key),
        (Step::AnyKey, Segment::Key(_)) | (Step::Items, Segment::Index(_)) => true,
        _ => false,
    }
}
