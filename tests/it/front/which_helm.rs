//! Which helm the stand-in is told to stand for.

use super::{Front, IMAGE, shim};
use crate::program;
use crate::support::trials;

trials!(
    the_flag_comes_first,
    the_file_is_asked_only_if_it_names_one,
    several_helms_are_one_too_many,
    the_stand_in_is_never_the_helm,
);

fn helm_of(front: &Front, words: &[&str]) -> String {
    let (code, _, said) = front.run(words);
    assert_eq!(code, 0, "{words:?}: {said}");
    assert_eq!(front.variable("HELMFILE_HELM_BINARY"), None);
    front.variable("HELMFIRE_HELM").unwrap()
}

fn the_flag_comes_first() {
    let mut front = Front::new().rules(IMAGE);
    let on_path = front.bin().join("helm").to_str().unwrap().to_string();
    assert_eq!(helm_of(&front, &["sync"]), on_path);
    assert_eq!(helm_of(&front, &["-b", "helm", "sync"]), on_path, "as with helmfile");
    front.write("helmfile.yaml", "helmBinary: /file/helm\n");
    front.answer("build", "---\nhelmBinary: /file/helm\n");
    assert_eq!(helm_of(&front, &["sync"]), "/file/helm");
    front.set("HELMFIRE_HELM", "/ours/helm");
    assert_eq!(helm_of(&front, &["sync"]), "/ours/helm");
    front.set("HELMFILE_HELM_BINARY", "/theirs/helm");
    assert_eq!(helm_of(&front, &["sync"]), "/theirs/helm");
    assert_eq!(helm_of(&front, &["sync", "-b", "./helm"]), "./helm");
    let (code, _, said) = front.run(&["-b", "nohelm", "sync"]);
    assert_eq!(code, 1);
    assert!(
        said.contains("nohelm is not on PATH, but --helm-binary names it"),
        "{said}"
    );
}

fn the_file_is_asked_only_if_it_names_one() {
    let front = Front::new().rules(IMAGE);
    front.answer("build", "---\nhelmBinary: /file/helm\n");
    front.write("helmfile.yaml", "releases: []\n");
    assert!(helm_of(&front, &["sync"]).ends_with("/bin/helm"));
    // Also in a base beside it, and for a file named elsewhere.
    front.write("sub/base.yml", "helmBinary: /file/helm\n");
    assert_eq!(helm_of(&front, &["sync"]), "/file/helm");
    front.write("other/helmfile.yaml", "releases: []\n");
    assert!(
        helm_of(&front, &["-f", "other/helmfile.yaml", "sync"]).ends_with("/bin/helm")
    );
    assert_eq!(helm_of(&front, &["-f", "git::https://h/x@y", "sync"]), "/file/helm");
}

fn several_helms_are_one_too_many() {
    let front = Front::new().rules(IMAGE);
    front.write("helmfile.yaml", "helmBinary: x\n");
    front.answer("build", "---\nhelmBinary: helm3\n---\nhelmBinary: helm4\n");
    let (code, _, said) = front.run(&["sync"]);
    assert_eq!(code, 1);
    assert!(said.contains("name several helms in helmBinary (helm3, helm4)"), "{said}");
    assert_eq!(front.noted(), "");
}

fn the_stand_in_is_never_the_helm() {
    let mut front = Front::new().rules(IMAGE);
    front.write("helmfile.yaml", "helmBinary: helmfire-helm\n");
    front.answer("build", "---\nhelmBinary: helmfire-helm\n");
    front.set("HELMFILE_HELM_BINARY", shim());
    assert!(helm_of(&front, &["-b", "helmfire-helm", "sync"]).ends_with("/bin/helm"));
    std::fs::remove_file(front.bin().join("helm")).unwrap();
    std::os::unix::fs::symlink(shim(), front.bin().join("helm")).unwrap();
    let (code, _, said) = front.run(&["sync"]);
    assert!(code == 1 && said.contains("helm is not on PATH"), "{said}");
    let other = front.path("other/helm");
    std::fs::create_dir(front.path("other")).unwrap();
    program::write(&other, "#!/bin/sh\n");
    let path =
        format!("{}:{}:/bin", front.bin().display(), front.path("other").display());
    front.set("PATH", path);
    assert_eq!(helm_of(&front, &["sync"]), other.to_str().unwrap());
}
