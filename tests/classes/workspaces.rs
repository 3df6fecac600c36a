//! What the credential may reach.

use cmdop_doctor::sandbox::Fault;

use crate::machine::Machine;
use crate::table::rows;

rows! {
    not_a_member "not a member" "workspace.member/not_member" exits 1
        "ask an admin of acme-corp to invite ada@acme.example; or use a workspace of yours: cmdop workspace list, cmdop workspace use NAME"
        || Machine::served(&[Fault::NotAMember]);
    key_of_no_member "not a member" "workspace.member/not_member" exits 1
        "ask an admin of acme-corp to invite ada@acme.example; or use a workspace of yours: cmdop workspace list, cmdop workspace use NAME"
        || Machine::served(&[Fault::NotAMember]).with_key_alone();
    viewer "role too low" "workspace.role/only_looks_on" exits 0
        "ask an admin of acme-corp to make you a member: cmdop workspace members"
        || Machine::served(&[Fault::RoleViewer]);
    viewer_refused "role too low" "workspace.role/too_low" exits 1
        "ask an admin of acme-corp to make you a member: cmdop workspace members"
        || Machine::served(&[Fault::RoleViewer, Fault::LacksPermission]);
    machines_elsewhere "machine not in the workspace" "workspace.machine/elsewhere" exits 1
        "cmdop workspace list; cmdop workspace use NAME, with the workspace that has the machine"
        || Machine::served(&[Fault::MachineElsewhere]);
    workspace_gone "workspace unknown" "workspace.chosen/gone" exits 1
        "cmdop workspace use staging"
        || Machine::served(&[Fault::WorkspaceUnknown]);
    workspace_of_others "workspace unknown" "token.workspace/elsewhere" exits 1
        "unset CMDOP_WORKSPACE"
        || Machine::well().env("CMDOP_WORKSPACE", "beta");
    workspace_misspelt "workspace unknown" "workspace.chosen/not_yours" exits 1
        "unset CMDOP_WORKSPACE"
        || Machine::well().with_key_alone().env("CMDOP_WORKSPACE", "beta");
    workspace_unselected "workspace not selected" "workspace.chosen/not_selected" exits 1
        "cmdop workspace use acme-corp"
        || Machine::served(&[Fault::WorkspaceUnselected]);
}
