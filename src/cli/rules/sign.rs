//! `cmdop doctor rules sign`: a pack gets a signature.

use crate::cli::failure::Failure;
use crate::cli::grammar::SignPack;
use crate::cli::output::{Parcel, deliver, print};
use crate::credential::signing::SigningKey;
use crate::rulebook::base;
use crate::rulebook::pack::{Honesty, Whole};

/// Signs the pack if its compiled rules are what its texts say.
pub(super) fn run(typed: &SignPack) -> Result<u8, Failure> {
    let name = typed.pack.display();
    let not_signed = |why: String| Failure::new(format!("{name} is not signed: {why}"));
    let key = SigningKey::read(&typed.key)
        .map_err(|why| Failure::new(format!("the key {} is not used: {why}", typed.key.display())))?;
    let pack = Whole::read(&typed.pack).map_err(|why| not_signed(why.to_string()))?;
    match pack.honesty(base).map_err(|why| not_signed(why.to_string()))? {
        Honesty::Honest => {}
        Honesty::Dishonest => {
            let why =
                "its compiled rules are not what its texts say; compile it again from files that you know";
            return Err(not_signed(why.to_owned()));
        }
        Honesty::OtherVersion => {
            let why = "another version of this program compiled it; `cmdop doctor rules compile PACK --output PACK` \
                       compiles it again";
            return Err(not_signed(why.to_owned()));
        }
    }
    deliver(vec![Parcel::File(typed.pack.clone(), pack.signed(&key))])?;
    print(format!("{name}: signed by {}\n", key.public()).as_bytes()).map(|()| 0)
}
