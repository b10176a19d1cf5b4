// OpenSSL's plain functions: those of its version 3 load providers first, which costs more than a run with nothing to do.
#define OPENSSL_API_COMPAT 0x10100000L

#include "history/checksum.hpp"

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <array>
#include <memory>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace schemist {

namespace {

constexpr std::string_view checksum_version = "1";

std::string text_hash(const Revision& revision) {
    return sha256(normalise_text(revision.text));
}

std::string sql_hash(const Revision& revision, DialectName dialect, const WithoutComments& without_comments) {
    std::string sql;
    if (const RevisionSection* section = revision.section(Direction::upgrade, dialect)) {
        for (const RevisionStep& step : section->steps) {
            // The length keeps two steps apart from one that has the text of both.
            const std::string plain = without_comments(step.text);
            sql += fmt::format("{}:{}", plain.size(), plain);
        }
    }
    return sha256(sql);
}

}  // namespace

std::string sha256(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256_CTX context;
    if (SHA256_Init(&context) != 1 || SHA256_Update(&context, text.data(), text.size()) != 1 ||
        SHA256_Final(digest.data(), &context) != 1) {
        throw Error("OpenSSL could not compute a SHA-256").exit_code(ExitCode::internal);
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const unsigned char byte : digest) {
        result += digits[byte >> 4U];
        result += digits[byte & 0xFU];
    }
    return result;
}

std::string checksum(const Revision& revision, DialectName dialect, const WithoutComments& without_comments) {
    return fmt::format("{}:{}:{}", checksum_version, text_hash(revision),
                       sql_hash(revision, dialect, without_comments));
}

ChecksumMatch compare_checksum(std::string_view stored, const Revision& revision, DialectName dialect,
                               const WithoutComments& without_comments) {
    const std::size_t first = stored.find(':');
    const std::size_t second = first == std::string_view::npos ? first : stored.find(':', first + 1);
    if (second == std::string_view::npos || stored.substr(0, first) != checksum_version) {
        throw Error(fmt::format("the journal has the checksum '{}' for revision {}, which this version of "
                                "Schemist cannot read",
                                stored, revision.id))
            .state("nothing was changed")
            .hint("use the newer Schemist that wrote it")
            .exit_code(ExitCode::newer);
    }
    if (stored.substr(first + 1, second - first - 1) == text_hash(revision)) {
        return ChecksumMatch::equal;
    }
    return stored.substr(second + 1) == sql_hash(revision, dialect, without_comments)
               ? ChecksumMatch::comments_only
               : ChecksumMatch::different;
}

}  // namespace schemist
