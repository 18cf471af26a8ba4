"""The grammar as tables: what the game writes, per language of the server, and which event it makes.

Every row was seen in a real log or save (ark-interfaces, section 2); the first row that fits is taken, and the loose
ones come last. A row for a new shape goes into the table of its language, with an example into the tests.
"""

from __future__ import annotations

from functools import partial

from parser_service.grammar import makers as make
from parser_service.grammar.templates import Phrase
from shared.domain.events import TribeAction

PUBLIC = (
    Phrase("{victim} was killed by {killer}! [KillerSID: {killer_id}]", make.public_killed),
    Phrase("{victim} was killed by {killer}!", make.public_killed),
    Phrase("{victim} was killed! [KillerSID: {killer_id}]", make.public_killed),
    Phrase("{victim} was killed!", make.public_killed),
    Phrase("{survivor} of Tribe {tribe} Tamed {creature}!", make.tamed),
    Phrase(
        "Player {survivor} with ID {survivor_id} joined tribe {tribe} with ID {rest}.",
        make.public_joined_tribe,
    ),
    Phrase(
        "Player {survivor} with ID {survivor_id} removed from tribe {tribe} with ID {rest}.",
        make.public_left_tribe,
    ),
    Phrase("{victim} wurde von {killer} getötet!", make.public_killed),
    Phrase("{victim} wurde getötet!", make.public_killed),
)

ENGLISH = (
    Phrase("Your Tribe Tamed {creature}!", make.tamed),
    Phrase("{survivor} Tamed {creature}!", make.tamed),
    Phrase("Tribemember {victim} was killed by {killer}!", make.member_killed),
    Phrase("Tribemember {victim} was killed!", make.member_killed),
    Phrase("Your Tribe killed {victim}!", make.tribe_killed),
    Phrase("Your {victim} was killed by {killer}!", make.own_creature_killed),
    Phrase("Your {victim} was killed!", make.own_creature_killed),
    Phrase("{survivor} demolished a '{structure}'!", make.demolished),
    Phrase("{survivor} demolished a '{structure}' at {place}!", make.demolished),
    Phrase("{attacker} destroyed their '{structure}')!", make.their_destroyed),
    Phrase("{attacker} destroyed their '{structure}'!", make.their_destroyed),
    Phrase("{attacker} destroyed your '{structure}'!", make.own_destroyed),
    Phrase("Your '{structure}' was destroyed!", make.own_destroyed),
    Phrase("Your '{structure}' was destroyed by {attacker}!", make.own_destroyed),
    Phrase("Your '{structure}' was auto-decay destroyed!", make.decayed),
    Phrase("Your {structure} was destroyed by {attacker}!", make.own_destroyed),
    Phrase("Your {structure} was destroyed!", make.own_destroyed),
    Phrase("{survivor} claimed '{creature}'!", make.claimed),
    Phrase("{survivor} unclaimed '{creature}'!", make.unclaimed),
    Phrase("{survivor} uploaded a {species}: {creature}", make.uploaded),
    Phrase("{survivor} uploaded an {species}: {creature}", make.uploaded),
    Phrase("{survivor} downloaded a dino: {creature}", make.downloaded),
    Phrase("{survivor} was added to the Tribe by {by}!", make.joined_tribe),
    Phrase("{survivor} was added to the Tribe!", make.joined_tribe),
    Phrase("{survivor} was removed from the Tribe by {by}!", make.left_tribe),
    Phrase("{survivor} was removed from the Tribe!", make.left_tribe),
    Phrase("{survivor} was promoted to a Tribe Admin by {by}!", make.tribe_line(TribeAction.PROMOTED)),
    Phrase("{survivor} was demoted from Tribe Admin by {by}!", make.tribe_line(TribeAction.DEMOTED)),
    Phrase("{survivor} set to Rank Group {rank} by {by}!", make.tribe_line(TribeAction.RANK_SET)),
    Phrase("{other_tribe} tribe was merged in by {by}!", make.tribe_line(TribeAction.MERGED_IN)),
    Phrase(
        "{other_tribe} tribe with ID {tribe_id} was merged in by {by}!",
        make.tribe_line(TribeAction.MERGED_IN),
    ),
    Phrase(
        "{survivor} - Lvl {level} requested an Alliance with {other_tribe} Tribe.",
        make.tribe_line(TribeAction.ALLIANCE_REQUESTED),
    ),
    Phrase("{creature} starved to death!", make.starved),
    Phrase(
        "World barrier destroyed '{victim}' at X={x} Y={y} Z={z}!",
        partial(make.barrier_killed, cause="World barrier"),
    ),
    Phrase(
        "Anti-meshing destroyed '{victim}' at X={x} Y={y} Z={z}!",
        partial(make.barrier_killed, cause="Anti-meshing"),
    ),
    Phrase("'s '{creature}' death essence expired.", make.tribe_line(TribeAction.ESSENCE_EXPIRED)),
    Phrase("{survivor}'s '{creature}' death essence expired.", make.tribe_line(TribeAction.ESSENCE_EXPIRED)),
    Phrase("{creature} - lvl {level}) captured by {survivor}", make.stored(TribeAction.CAPTURED)),
    Phrase("{creature} - lvl {level}) released by {survivor}", make.stored(TribeAction.RELEASED)),
    Phrase("{creature} (Lvl {level} {species}) Soul was destroyed by {survivor}!", make.soul_destroyed),
    Phrase("{survivor} froze {creature}", make.froze),
)

SPANISH = (
    Phrase("{survivor} Domesticado un {creature}!", make.tamed),
    Phrase("¡Tu tribu domesticó un {creature}!", make.tamed),
    Phrase("{survivor} reclamado '{creature}'!", make.claimed),
    Phrase("{survivor} ha demolido '{structure}'!", make.demolished),
    Phrase("¡Tu '{structure}' ha sido destruido!", make.own_destroyed),
    Phrase("Tu {victim} fue killed por {killer}!", make.own_creature_killed),
    Phrase("Tu {victim} fue killed!", make.own_creature_killed),
    Phrase("¡Tu miembro de la tribu {victim} ha sido asesinado por {killer}!", make.member_killed),
    Phrase("¡Tu miembro de la tribu {victim} ha muerto!", make.member_killed),
    Phrase("¡Tu tribu killed {victim}!", make.tribe_killed),
    Phrase("¡{survivor} fue admitido en la tribu!", make.joined_tribe),
    Phrase("¡{creature} murió de hambre!", make.starved),
    Phrase("{survivor} congeló {creature}", make.froze),
)

FRENCH = (
    Phrase("Votre Tribu a apprivoisé {creature}!", make.tamed),
    Phrase("{survivor} a apprivoisé {creature}!", make.tamed),
    Phrase("{survivor} a récupéré {creature}!", make.claimed),
    Phrase("Votre '{structure}' a été détruit!", make.own_destroyed),
    Phrase("{survivor} a détruit un {structure}!", make.demolished),
    Phrase("Votre {victim} a été killed par {killer}!", make.own_creature_killed),
    Phrase("Votre {victim} a été killed!", make.own_creature_killed),
    Phrase("{victim} a été tué par {killer}!", make.member_killed),
    Phrase("{survivor} a rejoint la tribu!", make.joined_tribe),
    Phrase("{survivor} a été ajouté à la Tribu par {by}!", make.joined_tribe),
    Phrase("{survivor} a été retiré de la Tribu!", make.left_tribe),
    Phrase("La tribu {other_tribe} a été fusionnée par {by}!", make.tribe_line(TribeAction.MERGED_IN)),
    Phrase("{creature} est mort de faim!", make.starved),
    Phrase("{survivor} a gelé {creature}", make.froze),
)

RUSSIAN = (
    Phrase("{survivor} приручает {creature}!", make.tamed),
    Phrase("{survivor} разрушает '{structure}'!", make.demolished),
    Phrase("Соплеменник {victim} погибает. Убийца: {killer}!", make.member_killed),
    Phrase("Соплеменник {victim} погибает!", make.member_killed),
    Phrase("Ваш {victim} был killed. Убийца: {killer}!", make.own_creature_killed),
    Phrase("Ваш {victim} был killed!", make.own_creature_killed),
    Phrase("Ваше племя killed {victim}!", make.tribe_killed),
    Phrase("{survivor} замораживает: {creature}", make.froze),
    # who removed it is not said: demolished, destroyed or picked up
    Phrase("'{structure}' удаляется!", make.tribe_line(TribeAction.STRUCTURE_REMOVED)),
)

TRIBE_LOG = ENGLISH + SPANISH + FRENCH + RUSSIAN
