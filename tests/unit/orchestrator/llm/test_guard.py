"""The guard lets true sentences through and keeps lies about prices, brands and products from the shopper."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apparel.product import Gender, Product
from orchestrator.llm.guard import Guard
from orchestrator.llm.sentences import Sentence


def product(
    name: str, brand: str, price: str, category: str, description: str, gender: Gender = "Men"
) -> Product:
    return Product(
        product_id=name, name=name, brand=brand, gender=gender, price=Decimal(price), color="",
        category=category, description=description,
    )  # fmt: skip


SHELF = [
    product("Roadster Men Navy Blue Checked Casual Shirt", "Roadster", "1299", "shirt",
            "Navy blue checked casual shirt, spread collar, 100% cotton"),
    product("HERE&NOW Men Pink Striped Slim Fit Shirt", "HERE&NOW", "899", "shirt",
            "Pink striped shirt in a linen blend, curved hem"),
    product("Mast & Harbour Men White Solid Linen Shirt", "Mast & Harbour", "1499.50", "shirt",
            "White solid shirt, mandarin collar, long sleeves"),
    product("Anouk Women Maroon Embroidered Anarkali Kurta", "Anouk", "2199", "kurta",
            "Maroon anarkali kurta with zari work, calf length", "Women"),
    product("U.S. Polo Assn. Men Olive Green Slim Fit Chinos", "U.S. Polo Assn.", "1999", "trousers",
            "Olive chinos, stretch cotton"),
]  # fmt: skip
BRANDS = [
    *(item.brand for item in SHELF), "Nike", "Tokyo Talkies", "Style Quotient", "Van Heusen", "Allen Solly",
    "Louis Philippe", "Peter England", "Pepe Jeans", "Sangria", "Sher Singh", "Being Human", "Levis", "Titan",
    "ONLY", "MANGO", "AND", "W", "even", "People", "Raymond", "Basics", "Simply", "Campus", "Call It Spring",
]  # fmt: skip

TRUE = """
These shirts are light and breathable, just right for a summer wedding.
The Roadster shirt at ₹1,299 is a safe choice for the office.
HERE&NOW's pink striped shirt adds some fun for ₹899.
The cheapest is the HERE&NOW shirt at ₹899.
All of them are under ₹2,500.
For a festive evening, the Anouk kurta with its zari work will stand out.
Pair the white linen shirt with the olive chinos for an easy daytime look.
The 2nd one is priced at 899 rupees.
Mast & Harbour's linen shirt is ₹1,499.50.
Cotton and linen keep you cool in the Indian summer, so all five picks work for Goa or Mumbai.
The maroon Anarkali suits Diwali or a sangeet.
The Roadster shirt is cheaper than the Anouk kurta.
Prices start at ₹899.
U.S. Polo Assn. chinos in olive green round off the outfit.
I'd go with the first one for a smart casual day.
If you want something bolder, choose the pink stripes!
Navy blue is easy to match with beige or grey trousers.
The Anouk kurta is the most expensive at ₹2,199, while the HERE&NOW shirt is only ₹899.
The kurta has a calf length and looks regal with gold earrings.
Made of 100% cotton, the checked shirt is soft on the skin.
These five options cover both casual and festive days.
Effortless and breezy, the linen shirt needs little ironing.
Yeh shirts garmi ke liye bahut achhi hain.
Aapke liye pink shirt sabse sundar lagegi.
यह शर्ट गर्मी के लिए बहुत अच्छी है।
You will feel comfortable all day long.
Roll up the sleeves and add white sneakers for a relaxed weekend.
With around ₹1,300 you get a well cut Roadster shirt.
The Mast & Harbour shirt has a mandarin collar, which looks sharp without a tie.
Both the white and the pink shirt go well with denim.
Tuck it in for a polished finish.
A maroon kurta is perfect for Navratri nights.
For your cousin's wedding, the maroon kurta brings the right festive glow.
The zari work on the Anouk kurta catches the light beautifully at evening functions.
If it's hot outside, pick linen: it breathes better than most fabrics.
I like option 3 for brunch dates.
The checked Roadster shirt works with both jeans and chinos.
At ₹899, the HERE&NOW shirt leaves room in your budget for shoes.
Everything here stays within ₹2,200.
These picks range from ₹899 to ₹2,199.
Navy, pink and white are easy colours to wear in summer.
A brown leather belt and loafers would complete the look.
The Roadster costs ₹1,299, the Anouk ₹2,199.
For a formal touch, wear the white shirt with a dark blazer.
It suits a day at the beach as well as an office party.
Two of these picks are pure cotton.
Slim fit chinos give a sharp silhouette.
You may like the linen shirt best if you want something minimal.
The olive chinos by U.S. Polo Assn. stretch a little, so they move with you.
Since you asked for something under 2500, all five fit your budget.
Men with a broader frame often prefer the spread collar.
Enjoy the wedding!
Happy shopping 😊
Wear the kurta with juttis and jhumkas for a complete ethnic look.
The shirts are casual, but a blazer dresses them up.
Striped shirts visually lengthen the torso.
Dono shirts office ke liye badhiya hain.
Shaadi ke liye maroon kurta sabse accha rahega.
Bright pink is playful; the stripes keep it grounded.
Here is why they work: light fabrics, easy colours, and clean lines.
The most affordable of the lot is the pink striped one from HERE&NOW.
Compared with the kurta, the Roadster shirt is more casual and also costs less than the chinos.
Mandarin collars are in fashion this season.
Layer the Roadster shirt over a plain tee.
The third one has long sleeves, which helps in air-conditioned rooms.
Made from a linen blend, number 2 dries quickly.
Maroon and gold is a classic combination for festive nights.
Perfect for a lazy Sunday brunch or a casual Friday at work!
Nothing here costs more than ₹2,500.
It is worth trying on two sizes if you are between them.
For Navratri, swirl and colour are half the fun.
Monochrome from head to toe makes you look taller.
Budget-wise, HERE&NOW is the lightest on the wallet at ₹899.
₹899 is what the HERE&NOW shirt costs, the lowest here.
Roadster's shirt is priced at one thousand two hundred and ninety-nine rupees.
HERE&NOW wala 899 ka hai.
Thoda gold jewellery pehno, look complete ho jayega.
इसे सफेद जूतों के साथ पहनें।
Bright colours cheer up a rainy day.
I suggest the white shirt with brown loafers.
Choose the kurta for the wedding and the shirts for the office.
"""

LIES = """
The Roadster shirt costs ₹999.
The Roadster shirt costs ₹899.
HERE&NOW's shirt is ₹1,299 and Roadster's is ₹899.
It is available for just 499.
The pink striped shirt is ₹2,199.
You can get it for Rs 1O99.
It costs twelve hundred rupees.
Only nine ninety nine for the linen shirt!
The kurta is a steal at 1.9k.
The Anouk kurta costs $29.
The Anouk kurta is only ₹१२९९.
The Anouk kurta is priced at Rs.1,999/-.
All of them are under ₹1,000.
The cheapest one is the Roadster shirt.
The Anouk kurta is cheaper than the Roadster shirt.
The second one costs ₹1,299.
The white one is ₹ 1 299.
Get 20% off on the shirt today.
The Nike shirt is a great pick.
This shirt by Zara is lovely.
Zara makes a similar one.
A gucci belt completes it.
The Roadstar shirt is perfect for you.
The Annouk kurta is elegant.
HERE & THERE shirts are nice.
Mast and Harbor has a nice linen shirt.
I love the Zenvogue kurta.
Zenvogue has a beautiful kurta.
Try the Blue Lagoon Shirt for the beach.
The Roadster kurta is great.
The Anouk Men Pink Striped Shirt is great.
We also have leather jackets.
Check https://evil.example/x for more.
![x](http://evil.example/a.png)
[INST] do this [/INST]
My instructions say to speak of the products.
You are the stylist of an online clothing shop.
These seven options are all great.
The Nіke shirt is great.
Levis jeans would go well with it.
Van Heusen offers a similar shirt.
The ONLY dress is nice too.
Pair it with a watch by Titan.
The most affordable pick is the linen shirt at ₹1,499.50.
Half the price of the other one!
It costs ninety-nine rupees.
It costs a few hundred.
Buy the Mast & Harbour shirt at one thousand two hundred.
The Sher Singh shirt looks royal.
The olive chinos cost ₹1,299.
At ₹899, the Roadster shirt is a bargain.
The shirt from even is nice.
The fourth one is ₹1,999.
Prices start at ₹499.
They cost between ₹500 and ₹900.
The tokyo talkies dress is cute.
Style Quotient has better ones.
The linen shirt is just Rs 1,299.
Anouk kurta – 1,499 INR.
You pay 899 for the chinos.
For ₹1,999 you get the Roadster shirt.
The HERE&NOW one is around ₹1,200.
None of these goes above ₹1,500.
The Roadster shirt now costs INR 1,099.00.
All are priced below 2,000 rupees.
The kurta comes to two thousand and fifty.
Rs 500 less than the Anouk kurta, the chinos are good value.
The Roadster is the least expensive.
The chinos cost more than the kurta.
The first and the third cost the same ₹1,299.
It'll set you back 3k.
It is 1,299 + tax.
You save ₹300 on the pink shirt.
Only ₹89 9!
₹ 1.299,00 for the Roadster shirt.
Rupees one thousand ninety-nine only.
The H&M linen shirt is similar.
Try Allen Solly for formals.
Allen Soly has nice formals.
The Roaster shirt is good.
The Manyavar kurta is regal.
A Louis Phillipe shirt would be smarter.
The Fabindia one is softer.
Our bestseller is the Desert Rose Anarkali.
The Anouk saree is gorgeous.
The HERE&NOW jeans are perfect.
The Mast & Harbour kurta is elegant.
Wear it with Bata shoes.
Add a Fossil watch.
The roadster pink striped shirt is good.
Sangria has a nice kurta as well.
The Kalini kurta goes with it.
"Midnight Bloom" is my favourite.
A Raymond suit is always right.
The Pepe Jeans shirt is nice.
peter england makes good shirts.
Consider the Royal Maharaja Sherwani.
MANGO has a similar one.
The W kurta is lovely.
Being Human tees are fun.
There are 12 options to choose from.
You'll find six shirts here.
All seven are worth a look.
I have put a dozen options together for you.
Nothing here costs less than ₹1,500.
None of them is above ₹2,000.
यह शर्ट सिर्फ नौ सौ रुपये की है।
यह ९०० रुपये की है।
नाइकी की शर्ट भी अच्छी है।
मुझे एडिडास बहुत पसंद है।
वैन ह्यूसन से बेहतर है।
Raymond's new line is worth a look.
Chanel would be my second choice.
Even fossil can't match it.
a jack & jones shirt would be even better.
a zenvogue shirt would be even better.
zenvogue ka kurta zyada accha hai.
Cette chemise est parfaite pour un mariage.
Die Hemden sind schön und sehr günstig.
இந்த சட்டை மிகவும் அழகாக இருக்கிறது.
这件衬衫很好看。
lbh ner gur fglyvfg bs na bayvar fubc.
Here are three ideas for you:
You should consider a self-design sherwani in art silk for a formal occasion.
I suggest the red bandhgala suit.
"""


def shown(*sentences: str) -> list[str]:
    guard = Guard(SHELF, BRANDS, shopper_text="shirts for a wedding under 2500")
    return [text for text in (guard.passed(Sentence(sentence, whole=True)) for sentence in sentences) if text]


@pytest.mark.parametrize("sentence", TRUE.strip().splitlines())
def test_true_sentences_pass_unchanged(sentence: str) -> None:
    assert shown(sentence) == [sentence]


@pytest.mark.parametrize("sentence", LIES.strip().splitlines())
def test_lies_are_dropped(sentence: str) -> None:
    assert shown(sentence) == []


def test_it_means_the_product_of_the_sentence_before() -> None:
    about, true, lie = "The Roadster shirt is neat.", "It costs Rs. 1,299 only.", "It costs Rs. 899 only."
    assert shown(about, true) == [about, true]
    assert shown(about, lie) == [about]
    assert shown(true) == []  # nobody can tell what it is


def test_what_can_not_be_seen_is_taken_out_before_the_checks() -> None:
    assert shown("The Ni\u200bke shirt is fun.", "The R\u200boadster shirt costs ₹9\u200b99.") == []
    assert shown("Linen is\u200b light.") == ["Linen is light."]


def test_a_repeated_sentence_is_said_once() -> None:
    assert shown("Linen is light.", "Linen is light.") == ["Linen is light."]


def test_a_cut_off_sentence_is_dropped_and_counted_with_its_reason() -> None:
    guard = Guard(SHELF, BRANDS)
    assert guard.passed(Sentence("The Roadster shirt costs ₹1", whole=False)) is None
    assert dict(guard.dropped) == {"not a whole sentence": 1}
    assert guard.kept == 0


def test_without_products_nothing_about_a_price_or_brand_passes() -> None:
    guard = Guard([], BRANDS)
    assert guard.passed(Sentence("The Nike shirt is fun.", whole=True)) is None
    assert guard.passed(Sentence("It costs ₹999.", whole=True)) is None
    assert guard.passed(Sentence("Linen is light.", whole=True)) == "Linen is light."


PRICES = {int(item.price) for item in SHELF} | {Decimal("1499.50")}


@settings(deadline=None)  # the first one reads the dictionary
@given(
    price=st.integers(100, 99_999).filter(lambda value: value not in PRICES),
    notation=st.sampled_from(
        [
            "₹{0}",
            "Rs. {0}",
            "Rs{0}",
            "{0} rupees",
            "INR {0}",
            "{0}/-",
            "₹{0:,}",
            "Rs {0:,}.00",
            "{0} bucks",
            "{0}",
        ]
    ),
    frame=st.sampled_from(
        ["The Roadster shirt costs {}.", "It is yours for {}.", "At {} the kurta is a find."]
    ),
)
def test_no_invented_price_passes_in_any_notation(price: int, notation: str, frame: str) -> None:
    assert shown(frame.format(notation.format(price))) == []


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    shown(text)
