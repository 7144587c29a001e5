//! Which addresses are out there for everybody, and which are of this machine or of a network around it.
//!
//! A host enters the URLs that we call. Without this guard, one could have us call what only we can reach: a
//! database's console, or the service that tells a machine in a cloud its credentials.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of addresses: its first, how many leading bits it is told by, what it is for.
pub(super) type Block<Address> = (Address, u32, &'static str);

/// What of IPv4 is not everybody's, by IANA's registry of special-purpose addresses (RFC 6890 and after).
pub(super) const SPECIAL_V4: [Block<Ipv4Addr>; 17] = [
    (Ipv4Addr::UNSPECIFIED, 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a carrier's customers"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    // Not special by any registry: the address at which Azure's machines ask their host.
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's own service"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relays"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
    (Ipv4Addr::BROADCAST, 32, "broadcast"),
];

/// What of IPv6 is given out to everybody. All else is special or not given out: loopback, link-local, unique local,
/// multicast, IPv4-mapped, NAT64 and discard-only among it.
const GLOBAL_V6: Block<Ipv6Addr> = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, "global unicast");

/// What within that block is not everybody's, or leads to an IPv4 address that we would not see.
pub(super) const SPECIAL_V6: [Block<Ipv6Addr>; 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignments, Teredo among them"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

/// Whether the address is reachable by everybody, for all that its number says.
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|block| v4_within(address, block)),
        IpAddr::V6(address) => {
            v6_within(address, &GLOBAL_V6) && !SPECIAL_V6.iter().any(|block| v6_within(address, block))
        }
    }
}

fn v4_within(address: Ipv4Addr, (first, bits, _): &Block<Ipv4Addr>) -> bool {
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= *bits
}

fn v6_within(address: Ipv6Addr, (first, bits, _): &Block<Ipv6Addr>) -> bool {
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= *bits
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
