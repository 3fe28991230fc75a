package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// productRequests are what the SDKs of Python, Ruby, PHP and Java send for each product, as method,
// URL and body. {1} is the SID in the first answer, {0} that of the account. Twilio's SDKs write
// forms with + for a blank, a list as a repeated parameter, and the body of the Content API as
// JSON. A backslash at the end joins two lines.
const productRequests = `POST https://verify.twilio.com/v2/Services FriendlyName=My+Shop
POST https://verify.twilio.com/v2/Services/{1}/Verifications To=%2B12025550142&Channel=sms
POST https://verify.twilio.com/v2/Services/{1}/VerificationCheck Code=000000&To=%2B12025550142
GET https://verify.twilio.com/v2/Services/{1}/Verifications/{2}
POST https://content.twilio.com/v1/Content {"language":"en","types":{"twilio/text":{"body":"Hi"}}}
POST https://content.twilio.com/v1/Content/{5}/ApprovalRequests/whatsapp \
{"name":"hi","category":"UTILITY"}
GET https://content.twilio.com/v1/Content?PageSize=50
GET https://lookups.twilio.com/v2/PhoneNumbers/%2B12025550142?Fields=line_type_intelligence
GET https://lookups.twilio.com/v1/PhoneNumbers/%2B12025550142?Type=carrier
GET https://api.twilio.com/2010-04-01/Accounts/{0}/AvailablePhoneNumbers/US/Local.json?AreaCode=415
GET https://api.twilio.com/2010-04-01/Accounts/{0}/Balance.json
POST https://events.twilio.com/v1/Sinks Description=All&SinkType=webhook&SinkConfiguration=\
%7B%22destination%22%3A+%22https%3A%2F%2Fshop.example%2Fevents%22%2C+%22method%22%3A+%22POST%22%7D
POST https://events.twilio.com/v1/Subscriptions Description=All&SinkSid={12}\
&Types=%7B%22type%22%3A+%22com.twilio.messaging.message.sent%22%7D\
&Types=%7B%22type%22%3A+%22com.twilio.messaging.message.read%22%7D
POST https://messaging.twilio.com/v1/Services FriendlyName=My+Shop
POST https://messaging.twilio.com/v1/LinkShortening\
/Domains/DN0123456789abcdef0123456789abcdef/MessagingServices/{14}
GET https://messaging.twilio.com/v1/Services/{14}/ChannelSenders?PageSize=50
DELETE https://messaging.twilio.com/v1/Services/{14}`

const productStatuses = "201 201 201 200 201 201 200 200 200 200 200 201 201 201 201 200 204"

// The programs carry out the requests in REQUESTS with the HTTP stack that the SDK for their
// language uses, and print the statuses.
const (
	pythonProducts = `
import os, re, requests
auth = (os.environ['TWILIO_ACCOUNT_SID'], os.environ['TWILIO_AUTH_TOKEN'])
sids, codes = [auth[0]], []
s = requests.Session()
for line in os.environ['REQUESTS'].split('\n'):
    line = re.sub(r'\{(\d+)\}', lambda m: sids[int(m[1])], line)
    method, url, body = (line + ' ').split(' ', 2)
    json = body.startswith('{')
    r = s.request(method, url, auth=auth, data=body.strip() or None, headers={
        'Content-Type': 'application/json' if json else 'application/x-www-form-urlencoded',
        'Accept-Charset': 'utf-8', 'User-Agent': 'twilio-python/9.4.1 (Linux x86_64) Python/3.13'},
        allow_redirects=False)
    found = re.search(r'"sid": ?"(\w+)"', r.text)
    sids.append(found[1] if found else '')
    codes.append(str(r.status_code))
print(' '.join(codes))
`
	rubyProducts = `
require 'net/http'
user, token = ENV['TWILIO_ACCOUNT_SID'], ENV['TWILIO_AUTH_TOKEN']
sids = [user]
codes = ENV['REQUESTS'].split("\n").map do |line|
  method, url, body = line.gsub(/\{(\d+)\}/) { sids[$1.to_i] }.split(' ', 3)
  uri = URI(url)
  proxy = uri.find_proxy
  Net::HTTP.start(uri.host, uri.port, proxy.host, proxy.port, use_ssl: true) do |http|
    request = Net::HTTP.const_get(method.capitalize).new(uri)
    request.basic_auth(user, token)
    request['User-Agent'] = 'twilio-ruby/7.4.5 (linux x86_64) Ruby/3.3.8'
    request.body = body
    request.content_type = 'application/x-www-form-urlencoded'
    request.content_type = 'application/json' if body.to_s.start_with?('{')
    response = http.request(request)
    sids << response.body.to_s[/"sid": ?"(\w+)"/, 1].to_s
    response.code
  end
end
puts codes.join(' ')
`
	phpProducts = `
$user = getenv('TWILIO_ACCOUNT_SID'); $sids = [$user]; $codes = [];
foreach (explode("\n", getenv('REQUESTS')) as $line) {
  $line = preg_replace_callback('/\{(\d+)\}/', fn($m) => $GLOBALS['sids'][$m[1]], $line);
  [$method, $url, $body] = array_pad(explode(' ', $line, 3), 3, '');
  $type = str_starts_with($body, '{') ? 'application/json' : 'application/x-www-form-urlencoded';
  $c = curl_init($url);
  curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CUSTOMREQUEST => $method,
    CURLOPT_USERPWD => $user . ':' . getenv('TWILIO_AUTH_TOKEN'), CURLOPT_HTTPHEADER => [
    "Content-Type: $type", 'User-Agent: twilio-php/8.4.1 (Linux x86_64) PHP/8.4.4']]);
  if ($method == 'POST') curl_setopt($c, CURLOPT_POSTFIELDS, $body);
  $answer = curl_exec($c);
  if ($answer === false) { fwrite(STDERR, curl_error($c)); exit(1); }
  $sids[] = preg_match('/"sid": ?"(\w+)"/', $answer, $m) ? $m[1] : '';
  $codes[] = curl_getinfo($c, CURLINFO_RESPONSE_CODE);
}
echo implode(' ', $codes), "\n";
`
	javaProducts = `
import java.net.*; import java.net.http.*; import java.util.*; import java.util.regex.*;
public class Products {
  public static void main(String[] args) throws Exception {
    String user = System.getenv("TWILIO_ACCOUNT_SID"), token = System.getenv("TWILIO_AUTH_TOKEN");
    String auth = "Basic " + Base64.getEncoder().encodeToString((user + ":" + token).getBytes());
    List<String> sids = new ArrayList<>(List.of(user)), codes = new ArrayList<>();
    HttpClient c = HttpClient.newHttpClient();
    for (String line : System.getenv("REQUESTS").split("\n")) {
      line = Pattern.compile("\\{(\\d+)\\}").matcher(line)
        .replaceAll(m -> sids.get(Integer.parseInt(m.group(1))));
      String[] words = line.split(" ", 3);
      String body = words.length > 2 ? words[2] : "";
      HttpResponse<String> r = c.send(HttpRequest.newBuilder(URI.create(words[1]))
        .header("Authorization", auth)
        .header("User-Agent", "twilio-java/10.6.8 (Linux amd64) Java/21")
        .header("Content-Type", body.startsWith("{") ? "application/json"
          : "application/x-www-form-urlencoded")
        .method(words[0], body.isEmpty() ? HttpRequest.BodyPublishers.noBody()
          : HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
      Matcher m = Pattern.compile("\"sid\": ?\"(\\w+)\"").matcher(r.body());
      sids.add(m.find() ? m.group(1) : "");
      codes.add(String.valueOf(r.statusCode()));
    }
    System.out.println(String.join(" ", codes));
  }
}
`
)

// TestExecProducts: programs in four languages ask all products at Twilio's own hosts, with no
// change to the programs.
func TestExecProducts(t *testing.T) {
	java := filepath.Join(t.TempDir(), "Products.java")
	if err := os.WriteFile(java, []byte(javaProducts), 0o600); err != nil {
		t.Fatal(err)
	}
	python := "python3"
	if exec.Command("/usr/bin/python3", "-c", "import requests").Run() == nil {
		python = "/usr/bin/python3" // where Debian's package is
	}
	t.Setenv("REQUESTS", strings.ReplaceAll(productRequests, "\\\n", ""))
	for _, tt := range []struct {
		runtime string
		probe   []string
		command []string
	}{
		{"python", []string{python, "-c", "import requests"}, []string{python, "-c", pythonProducts}},
		{"ruby", []string{"ruby", "-e", "require 'net/http'"}, []string{"ruby", "-e", rubyProducts}},
		{"php", []string{"php", "-r", "curl_init();"}, []string{"php", "-r", phpProducts}},
		{"java", []string{"javac", "-version"}, []string{"java", java}},
	} {
		t.Run(tt.runtime, func(t *testing.T) {
			if raceDetector && slices.Contains([]string{"java", "php", "ruby"}, tt.runtime) {
				t.Skip("here the other languages do the same; without the race detector it runs")
			}
			need(t, tt.runtime, tt.probe...)
			stdout, stderr := execute(t, newCallbacks(t), tt.command...)
			if first, _, _ := strings.Cut(stdout, "\n"); first != productStatuses {
				t.Errorf("it printed %q\nwant %q\n%s", first, productStatuses, stderr)
			}
		})
	}
}
