//! A naked function has no frame that a guard could be in.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented]
#[unsafe(naked)]
pub extern "C" fn above() -> u32 {
    core::arch::naked_asm!("ret")
}

#[unsafe(naked)]
#[instrumented(name = "below")]
pub extern "C" fn below() -> u32 {
    core::arch::naked_asm!("ret")
}

struct Registers;

/// In a block it is left alone, like a `const fn`, if nothing is asked of it.
#[instrumented(name = "registers")]
impl Registers {
    #[unsafe(naked)]
    extern "C" fn left_alone() -> u32 {
        core::arch::naked_asm!("ret")
    }

    #[instrumented(name = "asked_for")]
    #[unsafe(naked)]
    extern "C" fn asked_for() -> u32 {
        core::arch::naked_asm!("ret")
    }
}

fn main() {}
