"""Names that people, groups, workflows, reports and triggers of a made-up team are put together from."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN_NAMES = _listed(
    "Ada Aisha Alan Alice Amara Ana Anders Anika Arjun Astrid Beatriz Ben Bjørn Bruno Callum Camille Carla Chidi Chloé "
    "Ciarán Clara Daniel Daria David Diego Dmitri Elena Eli Emeka Emma Erik Esther Fatima Felix Fiona François Freya "
    "Gabriel George Grace Hana Hannah Harriet Hassan Helen Hugo Ibrahim Imani Ingrid Isaac Isla Ivan Jack Jamila Jin "
    "Joan João Jonas Jürgen Kamal Karin Kofi Laila Lars Leo Lena Liam Linnea Lucía Magnus Maja Marco María Marta Mei "
    "Mikael Mira Mohammed Naomi Nia Nils Noah Nora Oksana Olu Omar Oscar Paula Pavel Petra Priya Rafael Ravi Rosa "
    "Ruth Sam Sanjay Sara Sigrid Sofia Sören Tamsin Tariq Tess Theo Tomás Uma Victor Wei Yara Yuki Yusuf Zainab Zoë"
)

FAMILY_NAMES = _listed(
    "Abara Adeyemi Ahmed Almeida Andersson Bakker Banerjee Baptiste Barros Becker Bennett Berg Bianchi Brandt Byron "
    "Campbell Carvalho Castillo Chen Cohen Costa Dahl Desai Diallo Dubois Eriksen Espinoza Evans Farouk Fischer "
    "Fitzgerald Fraser Fujita Garcia Gupta Haddad Hall Hansen Hassan Hernández Hoffmann Horvat Hughes Ibarra Iyer "
    "Jansen Johansson Jones Kaplan Kaur Kim Kobayashi Kovács Kowalska Kruger Larsen Laurent Lee Lindqvist Lopez "
    "MacDonald Malik Marchetti Martin Mensah Meyer Moreau Morris Müller Murphy Nakamura Ncube Nguyen Nilsson Novák "
    "O'Brien O'Connor Okafor Okoye Olsen Ortega Osei Park Patel Pereira Petrov Popescu Quinn Rahman Ramos Rossi "
    "Sánchez Santos Schmidt Sharma Silva Singh Smith Sørensen Suzuki Takahashi Taylor Tran Usman Vargas Visser Vogel "
    "Wagner Walker Wang Weber Williams Wójcik Wright Yilmaz Young Zhang Ziegler"
)

PLACES = _listed(
    "Leeds Hull York Bergen Malmö Porto Lyon Ghent Utrecht Graz Turin Bilbao Cork Tampere Gdańsk Brno Split Patras "
    "Lagos Accra Nairobi Pune Chennai Osaka Busan Perth Tucson Boise Halifax Mendoza"
)

CRAFTS = (
    "Inspectors",
    "Electricians",
    "Roofers",
    "Fitters",
    "Riggers",
    "Surveyors",
    "Night Shift",
    "Supervisors",
    "Apprentices",
    "Store Keepers",
    "Commissioning",
    "First Aiders",
)

THINGS = (
    "Inverter",
    "Roof Panel",
    "Junction Box",
    "Mounting Rail",
    "String Cable",
    "Battery Rack",
    "Meter Cabinet",
    "Earthing",
    "Scaffold",
    "Crane",
    "Harness",
    "Tracker Motor",
    "Transformer",
    "Weather Station",
)

TASKS = (
    "Check",
    "Replacement",
    "Installation",
    "Commissioning",
    "Cleaning",
    "Handover",
    "Fault Search",
    "Isolation",
    "Yearly Service",
    "Torque Test",
)

TAGS = ("Panel", "Repair", "Safety", "Electrical", "Roof", "Warranty", "Handover", "Yearly", "Tools", "Customer")

REPORTS = ("Inspection", "Handover", "Fault", "Safety", "Warranty", "Service", "Customer", "Photo")

ODD_NAMES = (
    "王芳",
    "ليلى حداد",
    "Zoe\u0308 Brandt",
    "  Bob  Hall ",
    'Robert "Bob" <b>Hall</b> & Sons',
    "Maximiliana Wilhelmina Featherstonehaugh-Cholmondeley von und zu Hohenstein-Waldburg",
    "temp2",
    "=SUM(A1:A9)",
)
