//! What customers are called: ten thousand names that a person would search for, and no two alike.

const FIRST: [&str; 25] = [
    "Amber", "Blue", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel", "Lumen", "Meadow", "North",
    "Orchard", "Pine", "Quartz", "River", "Silver", "Timber", "Umber", "Velvet", "Willow", "Yellow", "Zephyr",
];
const SECOND: [&str; 20] = [
    "Analytics",
    "Bakery",
    "Clinics",
    "Dental",
    "Energy",
    "Foods",
    "Garments",
    "Hotels",
    "Insurance",
    "Joinery",
    "Kitchens",
    "Logistics",
    "Motors",
    "Networks",
    "Optics",
    "Pharma",
    "Robotics",
    "Schools",
    "Travel",
    "Works",
];
const PLACE: [&str; 20] = [
    "Aarhus", "Bergen", "Cádiz", "Dresden", "Évora", "Faro", "Ghent", "Halle", "Ivrea", "Jena", "Košice", "Lyon", "Malmö", "Nantes",
    "Oulu", "Porto", "Quimper", "Riga", "Siena", "Turku",
];

/// Alike from 10,000 on, but for the number.
pub fn customer(index: usize) -> String {
    let (first, rest) = (FIRST[index % FIRST.len()], index / FIRST.len());
    let (second, rest) = (SECOND[rest % SECOND.len()], rest / SECOND.len());
    let (place, rest) = (PLACE[rest % PLACE.len()], rest / PLACE.len());
    if rest == 0 { format!("{first} {second} {place}") } else { format!("{first} {second} {place} {rest}") }
}
