package dev.midstream.agents.http;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a rule, and reports every mistake. */
final class HttpSettings {
  static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "requests",
              "list of mappings of host, method, path, field, contains, action, status, page,"
                  + " page-type, location",
              "none",
              "the first that matches decides: allow, deny or redirect"),
          new Setting(
              "otherwise", "allow or deny", "allow", "what becomes of requests that none matches"),
          new Setting(
              "ignore-case", "true or false", "false", "whether the case of paths does not count"),
          new Setting(
              "request-fields",
              "mapping of remove (names), set (mappings of field, value)",
              "none",
              "fields that are deleted from requests, or set"),
          new Setting(
              "response-fields",
              "mapping of remove (names), set (mappings of field, value)",
              "none",
              "fields that are deleted from responses, or set"),
          new Setting(
              "urls",
              "list of mappings of inside, outside",
              "none",
              "URLs of the server that the client knows by other ones"),
          new Setting(
              "replace",
              "list of mappings of find, replace",
              "none",
              "texts that are replaced in bodies of responses"),
          new Setting(
              "replace-types",
              "list of media types",
              "text/*, application/json, application/javascript, application/xml,"
                  + " application/xhtml+xml",
              "bodies of other types are not edited"),
          new Setting(
              "body-bytes",
              "bytes, 1 to 1 MiB",
              "32768",
              "longer bodies are not held: they are edited in blocks, or pass (http.body-left)"),
          new Setting(
              "block-bytes",
              "bytes, 16 to 16384",
              "4096",
              "longer bodies are edited in blocks of so many octets"),
          new Setting(
              "joined-bytes",
              "bytes, 16 to 65536",
              "16384",
              "where texts may go on in the next block, blocks are joined until they are longer; what"
                  + " is cut then is not found (http.body-left)"),
          new Setting(
              "gzip-ratio",
              "number, 1 to 100",
              "16",
              "gzip that decodes to more than so many times body-bytes passes (http.body-left)"),
          new Setting("connect", "pass or deny", "deny", "CONNECT is answered with 403"),
          new Setting(
              "upgrades",
              "list of protocols",
              "websocket",
              "protocols to which a connection may change; none for no protocol"),
          new Setting(
              "other-upgrades",
              "remove or deny",
              "remove",
              "requests for others go on without Upgrade, or are answered with 403"),
          new Setting(
              "head-bytes",
              "bytes, 256 to 65536",
              "16384",
              "a longer head is answered with 431, or resets the connection"),
          new Setting(
              "header-fields",
              "number, 1 to 1000",
              "100",
              "more fields are answered with 431, or reset the connection"),
          new Setting(
              "chunk-line-bytes",
              "bytes, 16 to 8192",
              "256",
              "a longer line with a chunk size ends the connection"),
          new Setting(
              "chunk-extension-bytes",
              "bytes, 0 to 1 MiB",
              "4096",
              "more extensions in one body end the connection"),
          new Setting(
              "trailer-bytes", "bytes, 2 to 65536", "8192", "longer trailers end the connection"),
          new Setting(
              "informational-responses",
              "number, 0 to 1000",
              "16",
              "more 1xx responses to one request reset the connection"),
          new Setting(
              "pipelined-requests",
              "number, 1 to 256",
              "64",
              "further requests wait, and the window of the client closes; at the end of the stream "
                  + "they reset the connection"),
          new Setting(
              "denial-bytes",
              "bytes, 8192 to 1 MiB",
              "16384",
              "while denials of so many octets wait for earlier responses, further requests wait,"
                  + " as behind pipelined-requests"),
          new Setting(
              "drop-bytes",
              "bytes, 0 to 1 GiB",
              "65536",
              "a denied request with a longer body ends the connection"));

  private enum Connect {
    PASS,
    DENY
  }

  private enum OtherUpgrades {
    REMOVE,
    DENY
  }

  private HttpSettings() {}

  static @Nullable HttpPolicy read(SettingsReader settings) {
    Connect connect = settings.choice("connect", List.of(Connect.values()), Connect.DENY);
    Set<String> upgrades = upgrades(settings);
    OtherUpgrades others =
        settings.choice("other-upgrades", List.of(OtherUpgrades.values()), OtherUpgrades.REMOVE);
    PolicySettings policy = new PolicySettings(settings);
    RequestRules requests = policy.requests();
    FieldEdits requestFields = policy.fields("request-fields");
    FieldEdits responseFields = policy.fields("response-fields");
    UrlRewrites urls = policy.urls();
    BodyPolicy bodies = policy.bodies();
    Limits limits = limits(settings);
    return upgrades == null || policy.isWrong()
        ? null
        : new HttpPolicy(
            connect == Connect.PASS,
            new Upgrades(upgrades, others == OtherUpgrades.REMOVE),
            requests,
            requestFields,
            responseFields,
            urls,
            bodies,
            limits);
  }

  private static Limits limits(SettingsReader settings) {
    return new Limits(
        settings.smallNumber("head-bytes", Quantity.BYTES, 256, 65_536, 16_384),
        settings.smallNumber("header-fields", Quantity.COUNT, 1, 1_000, 100),
        settings.smallNumber("chunk-line-bytes", Quantity.BYTES, 16, 8_192, 256),
        settings.smallNumber("chunk-extension-bytes", Quantity.BYTES, 0, 1 << 20, 4_096),
        settings.smallNumber("trailer-bytes", Quantity.BYTES, 2, 65_536, 8_192),
        settings.smallNumber("informational-responses", Quantity.COUNT, 0, 1_000, 16),
        settings.smallNumber("pipelined-requests", Quantity.COUNT, 1, 256, 64),
        settings.smallNumber("denial-bytes", Quantity.BYTES, 8_192, 1 << 20, 16_384),
        settings.number("drop-bytes", Quantity.BYTES, 0, 1 << 30, 65_536));
  }

  private static @Nullable Set<String> upgrades(SettingsReader settings) {
    if (settings.node("upgrades") == null) {
      return Set.of("websocket");
    }
    Set<String> upgrades = new HashSet<>();
    boolean isRight = true;
    for (SettingsNode node : settings.list("upgrades")) {
      SettingsNode.Scalar scalar = settings.scalar("upgrades", node);
      isRight &= scalar != null;
      if (scalar != null && !scalar.text().matches("[A-Za-z0-9./-]{1,64}")) {
        settings.refuse(scalar, "upgrades", "must be a protocol such as websocket");
        isRight = false;
      } else if (scalar != null) {
        upgrades.add(scalar.text().toLowerCase(Locale.ROOT));
      }
    }
    upgrades.remove("none");
    return isRight ? upgrades : null;
  }
}
