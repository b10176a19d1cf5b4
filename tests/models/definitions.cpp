#include "models/definitions.hpp"

#include "../../chatbot/models.hpp"
#include "models/rich_models.hpp"

namespace other {

enum class Colour { cyan, magenta };

struct Reference {
    std::int64_t id;
    std::int64_t account;

    static void describe(schemist::Table<Reference>& t) {
        t.primary_key(&Reference::id);
        t.foreign_key(&Reference::account).references(&rich::Account::id);
    }
};

struct Numbered {
    std::int64_t id;
    std::int64_t number;

    static void describe(schemist::Table<Numbered>& t) {
        t.primary_key(&Numbered::id);
        t.column(&Numbered::number).identity();
    }
};

struct Painted {
    rich::Colour first;
    Colour second;
};

struct AStructWithAVeryLongNameThatGoesOnAndOnForMoreThanSixtyThreeBytes {
    std::int64_t identifier;
    std::string anotherMemberWithAVeryLongName;
    std::string anotherMemberWithAVeryLongNamf;

    static void describe(
        schemist::Table<AStructWithAVeryLongNameThatGoesOnAndOnForMoreThanSixtyThreeBytes>& t) {
        using Self = AStructWithAVeryLongNameThatGoesOnAndOnForMoreThanSixtyThreeBytes;
        t.name("quite_a_long_name_for_a_table");
        t.primary_key(&Self::identifier);
        t.index(&Self::anotherMemberWithAVeryLongName);
        t.index(&Self::anotherMemberWithAVeryLongNamf);
    }
};

}  // namespace other

namespace schemist::test {

std::vector<TableDefinition> rich_definitions() {
    return rich::models.definitions();
}

std::vector<TableDefinition> everything_definition() {
    return rich::everything.definitions();
}

std::vector<TableDefinition> chatbot_definitions() {
    return chat::models.definitions();
}

std::vector<TableDefinition> keyed_definitions() {
    return rich::keyed.definitions();
}

std::vector<TableDefinition> unsound_reference() {
    return Models<other::Reference>().definitions();
}

std::vector<TableDefinition> twice_the_same_table() {
    return Models<other::Numbered, other::Numbered>().definitions();
}

std::vector<TableDefinition> number_beside_the_key() {
    return Models<other::Numbered>().definitions();
}

std::vector<TableDefinition> two_enums_of_one_name() {
    return Models<other::Painted>().definitions();
}

std::vector<TableDefinition> long_names() {
    return Models<other::AStructWithAVeryLongNameThatGoesOnAndOnForMoreThanSixtyThreeBytes>().definitions();
}

}  // namespace schemist::test
